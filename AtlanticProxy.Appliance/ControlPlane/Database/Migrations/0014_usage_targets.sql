-- Which hosts a proxy user reached, by day (UTC): those with the most bytes, never more than a hundred a day, merged from the nodes' sketches. Kept as long as
-- usage by day, or not at all (Usage:TargetDomains).
create table usage_targets (
    proxy_user_id bigint not null,
    day timestamptz not null,
    host text not null,
    bytes bigint not null,
    -- What may have been moved besides, while others crowded this host out.
    error bigint not null,
    connections bigint not null,
    primary key (proxy_user_id, day, host)
) partition by range (day);

-- The same as before, with one table more.
create or replace function ensure_usage_partitions(first timestamptz, last timestamptz) returns void language plpgsql as $$
declare
    parent text;
    unit text;
    start timestamptz;
    partition text;
begin
    for parent, unit in values ('usage_recent', 'day'), ('usage_hourly', 'day'), ('usage_daily', 'month'), ('usage_targets', 'month') loop
        start := date_trunc(unit, first, 'UTC');
        while start <= last loop
            partition := parent || to_char(start at time zone 'UTC', '_YYYYMMDD');
            if to_regclass(partition) is null then
                perform pg_advisory_xact_lock(hashtext('ensure_usage_partitions'));
                execute format('create table if not exists %I partition of %I for values from (%L) to (%L) with (fillfactor = 70)', partition, parent, start,
                    ((start at time zone 'UTC') + ('1 ' || unit)::interval) at time zone 'UTC');
            end if;
            start := ((start at time zone 'UTC') + ('1 ' || unit)::interval) at time zone 'UTC';
        end loop;
    end loop;
end
$$;

create or replace function drop_usage_partitions(parent regclass, before timestamptz) returns integer language plpgsql as $$
declare
    unit interval := case when parent in ('usage_daily'::regclass, 'usage_targets'::regclass) then interval '1 month' else interval '1 day' end;
    partition regclass;
    dropped integer := 0;
begin
    for partition in
        select c.oid from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = parent and (to_date(right(c.relname, 8), 'YYYYMMDD') + unit) at time zone 'UTC' <= before
    loop
        execute format('drop table %s', partition);
        dropped := dropped + 1;
    end loop;
    return dropped;
end
$$;

select ensure_usage_partitions(now() - interval '1 day', now() + interval '3 days');

-- A partition of usage_recent is a day, and the last hour a twentieth of it, whatever else narrows it. By customer and proxy user the primary keys serve, by
-- provider the indexes there are. None of them has a column that counting changes, so an increment stays out of them.
create index usage_recent_slot on usage_recent (slot);
create index usage_hourly_country on usage_hourly (country, hour);
create index usage_daily_country on usage_daily (country, day);
