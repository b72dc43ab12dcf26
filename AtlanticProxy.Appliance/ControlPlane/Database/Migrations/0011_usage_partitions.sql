-- Usage by time of three grains. Every batch adds to all three in its one transaction, so they always agree and need no catching up. Partitioned, so that
-- what is old goes by dropping a table. No foreign keys, for the reason given where usage_hourly was first made.
alter table usage_hourly rename to usage_hourly_before;
alter table usage_hourly_before rename constraint usage_hourly_pkey to usage_hourly_before_pkey;
drop index usage_hourly_hour, usage_hourly_provider;

-- By five minutes: the last hours of a chart, kept for days.
create table usage_recent (
    proxy_user_id bigint not null,
    slot timestamptz not null,
    provider_id bigint not null,
    country text not null,
    bytes_up bigint not null,
    bytes_down bigint not null,
    connections bigint not null,
    primary key (proxy_user_id, slot, provider_id, country)
) partition by range (slot);

-- By hour: kept for months.
create table usage_hourly (
    proxy_user_id bigint not null,
    hour timestamptz not null,
    provider_id bigint not null,
    country text not null,
    bytes_up bigint not null,
    bytes_down bigint not null,
    connections bigint not null,
    primary key (proxy_user_id, hour, provider_id, country)
) partition by range (hour);
create index usage_hourly_provider on usage_hourly (provider_id, hour);

-- By day (UTC): kept for years.
create table usage_daily (
    proxy_user_id bigint not null,
    day timestamptz not null,
    provider_id bigint not null,
    country text not null,
    bytes_up bigint not null,
    bytes_down bigint not null,
    connections bigint not null,
    primary key (proxy_user_id, day, provider_id, country)
) partition by range (day);
create index usage_daily_provider on usage_daily (provider_id, day);

-- Makes what is missing for the days (UTC) from the first to the last. A partition's name ends with its first day. Rows are updated many times while they are
-- new: the free space keeps those updates on their page and out of the indexes.
create function ensure_usage_partitions(first timestamptz, last timestamptz) returns void language plpgsql as $$
declare
    parent text;
    unit text;
    start timestamptz;
    partition text;
begin
    for parent, unit in values ('usage_recent', 'day'), ('usage_hourly', 'day'), ('usage_daily', 'month') loop
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

-- Drops the partitions of one of the three that end before an instant; says how many.
create function drop_usage_partitions(parent regclass, before timestamptz) returns integer language plpgsql as $$
declare
    unit interval := case when parent = 'usage_daily'::regclass then interval '1 month' else interval '1 day' end;
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

-- From the day before: a batch of before midnight may come after it.
select ensure_usage_partitions(least(now() - interval '1 day', (select min(hour) from usage_hourly_before)), now() + interval '3 days');
insert into usage_hourly select proxy_user_id, hour, provider_id, country, bytes_up, bytes_down, connections from usage_hourly_before;
insert into usage_daily
    select proxy_user_id, date_trunc('day', hour, 'UTC'), provider_id, country, sum(bytes_up), sum(bytes_down), sum(connections)
    from usage_hourly_before group by 1, 2, 3, 4;
drop table usage_hourly_before;
