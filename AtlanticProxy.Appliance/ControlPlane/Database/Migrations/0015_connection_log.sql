-- What support reads of single connections: one row an ending, partitioned by the day of its end, so that what is old goes by dropping a table. No foreign keys:
-- a row must be accepted whatever has become of those it speaks of.
create table connection_log (
    proxy_user_id bigint not null,
    ended_at timestamptz not null,
    id bigint not null generated always as identity,
    duration_ms bigint not null,
    outcome text not null,
    refused boolean not null,
    detail text,
    client_address inet not null,
    host text not null,
    port integer not null,
    provider_id bigint not null,
    country text not null,
    bytes_up bigint not null,
    bytes_down bigint not null,
    -- Read backwards, it is the last connections of a proxy user.
    primary key (proxy_user_id, ended_at, id)
) partition by range (ended_at);
create index connection_log_refused on connection_log (proxy_user_id, ended_at) where refused;

-- Makes what is missing for the days (UTC) from the first to the last. A partition's name ends with its day.
create function ensure_connection_log_partitions(first timestamptz, last timestamptz) returns void language plpgsql as $$
declare
    start timestamptz := date_trunc('day', first, 'UTC');
    partition text;
begin
    while start <= last loop
        partition := 'connection_log' || to_char(start at time zone 'UTC', '_YYYYMMDD');
        if to_regclass(partition) is null then
            perform pg_advisory_xact_lock(hashtext('ensure_connection_log_partitions'));
            execute format('create table if not exists %I partition of connection_log for values from (%L) to (%L)', partition, start,
                ((start at time zone 'UTC') + interval '1 day') at time zone 'UTC');
        end if;
        start := ((start at time zone 'UTC') + interval '1 day') at time zone 'UTC';
    end loop;
end
$$;

-- Drops the partitions that end before an instant; says how many.
create function drop_connection_log_partitions(before timestamptz) returns integer language plpgsql as $$
declare
    partition regclass;
    dropped integer := 0;
begin
    for partition in
        select c.oid from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'connection_log'::regclass and (to_date(right(c.relname, 8), 'YYYYMMDD') + interval '1 day') at time zone 'UTC' <= before
    loop
        execute format('drop table %s', partition);
        dropped := dropped + 1;
    end loop;
    return dropped;
end
$$;

select ensure_connection_log_partitions(now(), now() + interval '3 days');
