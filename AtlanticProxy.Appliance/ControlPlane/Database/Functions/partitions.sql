-- Tables that are partitioned by time (UTC). A partition's name ends with its first day.

-- How long a partition of one of them is. How long each is kept, ControlPlane/Partitions/PartitionedTable.cs says.
create or replace function partition_unit(parent text) returns interval language sql immutable as $$
    select case
        when parent in ('usage_recent', 'usage_hourly', 'connection_log', 'connection_hours') then interval '1 day'
        when parent in ('usage_daily', 'usage_targets') then interval '1 month'
    end
$$;

-- Makes what is missing for the days from the first to the last. Rows of usage are updated many times while they are new: the
-- free space keeps those updates on their page and out of the indexes.
create or replace function ensure_partitions(parents text[], first timestamptz,
    last timestamptz)
    returns void language plpgsql as $$
declare
    parent text;
    unit interval;
    start timestamptz;
    partition text;
begin
    foreach parent in array parents loop
        unit := partition_unit(parent);
        start := date_trunc(case unit when interval '1 month' then 'month' else 'day' end, first, 'UTC');
        while start <= last loop
            partition := parent || to_char(start at time zone 'UTC', '_YYYYMMDD');
            if to_regclass(partition) is null then
                perform pg_advisory_xact_lock(hashtext('ensure_partitions'));
                execute format(
                    'create table if not exists %I partition of %I for values from (%L) to (%L) with (fillfactor = %s)',
                    partition, parent, start,
                    (start at time zone 'UTC' + unit) at time zone 'UTC',
                    case when parent = 'connection_log' then 100 else 70 end);
            end if;
            start := (start at time zone 'UTC' + unit) at time zone 'UTC';
        end loop;
    end loop;
end
$$;

-- Drops the partitions of one of them that end before an instant; says how many. Nodes may tend the tables at the same time:
-- whoever comes second would drop what is gone already, which is an error. They take turns, and the second finds nothing to do.
create or replace function drop_partitions(parent text, before timestamptz) returns integer language plpgsql as $$
declare
    partition regclass;
    dropped integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('drop_partitions'));
    for partition in
        select c.oid from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = parent::regclass and
            (to_date(right(c.relname, 8), 'YYYYMMDD') + partition_unit(parent)) at time zone 'UTC' <= before
    loop
        execute format('drop table %s', partition);
        dropped := dropped + 1;
    end loop;
    return dropped;
end
$$;

-- A new database has those of now, from the day before: a batch of before midnight may come after it.
select ensure_partitions(array_agg(c.relname::text), now() - interval '1 day', now() + interval '3 days')
from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
where c.relnamespace = current_schema()::regnamespace;
