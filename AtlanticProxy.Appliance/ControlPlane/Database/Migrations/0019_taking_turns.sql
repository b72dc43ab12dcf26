-- Nodes tend the tables at the same time: whoever comes second would drop what is gone already, which is an error. They take turns, and the second finds nothing to do.
create or replace function drop_usage_partitions(parent regclass, before timestamptz) returns integer language plpgsql as $$
declare
    unit interval := case when parent in ('usage_daily'::regclass, 'usage_targets'::regclass) then interval '1 month' else interval '1 day' end;
    partition regclass;
    dropped integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('drop_usage_partitions'));
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

create or replace function drop_connection_log_partitions(before timestamptz) returns integer language plpgsql as $$
declare
    partition regclass;
    dropped integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('drop_connection_log_partitions'));
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

-- A proxy user's cap follows its customer's period: the customer is held, or one that is given a plan at this moment would leave the cap on the period before.
create or replace function quota_follow_limit() returns trigger language plpgsql as $$
declare
    parent quota_accounts;
    p record;
begin
    if new.limit_bytes is null or new.deleted_at is not null then
        delete from quota_accounts where proxy_user_id = new.id;
        return null;
    end if;
    perform 1 from customers where id = new.customer_id for no key update;
    select * into parent from quota_accounts where customer_id = new.customer_id and proxy_user_id is null and quota_window = 'period';
    select * into p from quota_period(coalesce(parent.anchor_at, now()), coalesce(parent.period_unit, 'month'), coalesce(parent.period_length, 1), now());
    insert into quota_accounts as q (customer_id, proxy_user_id, measure, source, limit_amount, quota_window, period_unit, period_length, anchor_at, period_start, period_end)
    values (new.customer_id, new.id, 'bytes', 'included', new.limit_bytes, 'period', coalesce(parent.period_unit, 'month'), coalesce(parent.period_length, 1),
        coalesce(parent.anchor_at, now()), p.period_start, p.period_end)
    on conflict (proxy_user_id) do update set limit_amount = excluded.limit_amount, warned = 0;
    perform quota_refilled(id) from quota_accounts where proxy_user_id = new.id;
    return null;
end
$$;

-- A customer who is given a plan while its tunnels take leases: its accounts are locked in the order of their ids here, too, or each could wait for the other.
create or replace function quota_follow_plan(p_customer bigint) returns void language plpgsql as $$
declare
    v plan_versions;
    a quota_accounts;
    measured text;
    started timestamptz := now();
    ends timestamptz;
begin
    perform 1 from quota_accounts where customer_id = p_customer order by id for update;
    select * into a from quota_accounts where customer_id = p_customer and proxy_user_id is null;
    if found then
        perform quota_settle(a.id, started);
        select * into a from quota_accounts where id = a.id;
    end if;
    select * into v from plan_versions where id = (select plan_version_id from customers where id = p_customer);
    if v.id is null or (case v.kind when 'subscription' then v.included_bytes is null else v.price = 0 end) then
        delete from quota_accounts where id = a.id;
        return;
    end if;

    measured := case v.kind when 'hourly' then 'minutes' else 'bytes' end;
    if v.kind = 'subscription' and v.quota_window = 'period' then
        select period_end into ends from quota_period(started, v.period_unit, v.period_length, started);
    end if;
    if a.measure <> measured then
        delete from quota_accounts where id = a.id; -- with its leases and days, which count something else
    end if;
    insert into quota_accounts as q (customer_id, measure, source, limit_amount, quota_window, period_unit, period_length, anchor_at, period_start, period_end, currency, price)
    values (p_customer, measured, case v.kind when 'subscription' then 'included' else 'wallet' end, v.included_bytes,
        case v.kind when 'subscription' then v.quota_window else 'lifetime' end, v.period_unit, v.period_length, started, started, ends,
        v.currency, case when v.kind <> 'subscription' then v.price end)
    on conflict (customer_id) where proxy_user_id is null do update set
        source = excluded.source, limit_amount = excluded.limit_amount, quota_window = excluded.quota_window, period_unit = excluded.period_unit,
        period_length = excluded.period_length, anchor_at = excluded.anchor_at, period_start = excluded.period_start, period_end = excluded.period_end, ends_at = null,
        remainder = case when q.currency = excluded.currency then q.remainder else 0 end,
        currency = excluded.currency, price = excluded.price, consumed = 0, basis = 0, last_left = 0, warned = 0;
    if a.quota_window = 'rolling' or v.quota_window = 'rolling' then
        delete from quota_days where account_id = a.id; -- what was used before was of another purchase
    end if;
    if ends is not null then
        update quota_accounts set period_unit = v.period_unit, period_length = v.period_length, anchor_at = started, period_start = started, period_end = ends,
            consumed = 0, warned = 0
        where customer_id = p_customer and proxy_user_id is not null;
    end if;
    perform quota_refilled(id) from quota_accounts where customer_id = p_customer;
end
$$;
