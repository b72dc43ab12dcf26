-- The rules of quotas: what is left of an account, when its period begins anew, what its use costs, and when customers are
-- warned.

-- When a wall clock shows that: one that it never shows (summer time begins) is the next that it does, of two the first.
create or replace function local_instant(p_local timestamp, p_zone text) returns timestamptz language sql stable as $$
    select coalesce(
        (select min(i) from (select (p_local at time zone p_zone) - before * interval '30 minutes' as i
            from generate_series(0, 4) before) candidates where i at time zone p_zone = p_local),
        (select min(later at time zone p_zone) from generate_series(p_local, p_local + interval '1 day',
                interval '1 minute') later where (later at time zone p_zone) at time zone p_zone = later))
$$;

-- The period of an instant. Counted from the anchor by the wall clock of the zone, so that the 31st comes back after a short
-- month, and a day that is an hour shorter is a day.
create or replace function quota_period(p_anchor timestamptz, p_unit text, p_length integer, p_at timestamptz,
    p_zone text default 'UTC', out period_start timestamptz, out period_end timestamptz)
language plpgsql stable as $$
declare
    a timestamp := p_anchor at time zone p_zone;
    t timestamp := p_at at time zone p_zone;
    step interval := case p_unit when 'month' then make_interval(months => p_length)
        when 'week' then make_interval(days => 7 * p_length) else make_interval(days => p_length) end;
    n integer := case p_unit
        when 'month' then floor(((extract(year from t) - extract(year from a)) * 12 + extract(month from t)
            - extract(month from a)) / p_length)
        else floor(extract(epoch from t - a) / extract(epoch from step)) end;
begin
    if local_instant(a + n * step, p_zone) > p_at then
        n := n - 1;
    elsif local_instant(a + (n + 1) * step, p_zone) <= p_at then
        n := n + 1; -- the wall clock was put back, or had skipped the beginning
    end if;
    period_start := case n when 0 then p_anchor else local_instant(a + n * step, p_zone) end;
    period_end := local_instant(a + (n + 1) * step, p_zone);
end
$$;

create or replace function customer_zone(p_customer bigint) returns text language sql stable as
    $$select time_zone from customers where id = p_customer$$;

-- Units of one price: bytes of a GB, minutes of an hour.
create or replace function quota_divisor(p_measure text) returns bigint language sql immutable as
    $$select case p_measure when 'bytes' then 1000000000 else 60 end::bigint$$;

-- What is left of an account, leases not deducted: of its grants, and behind them what the wallet pays for. A cap and a wallet
-- are below zero by what was used beyond them.
create or replace function quota_left(a quota_accounts, p_at timestamptz) returns bigint language sql stable as $$
    select case
        when a.source = 'cap' then a.limit_amount - a.consumed
        when a.price is null then grants_left(a, p_at)
        else (select case when granted > 0 then granted + greatest(wallet_left(a), 0) else wallet_left(a) end
            from grants_left(a, p_at) granted)
    end
$$;

-- As quota_left, for whoever asks now: a period that is over has begun anew where nobody bills it, and a minute that is paid is
-- there to be used.
create or replace function quota_available(a quota_accounts, p_at timestamptz) returns bigint language sql stable as $$
    select case
        when a.measure = 'minutes' and a.last_minute >= floor(extract(epoch from p_at) / 60) then greatest(quota_left(a, p_at), 1)
        when a.renews and a.period_end <= p_at then a.limit_amount + greatest(case a.source when 'grants' then quota_left(a, p_at)
            else 0 end, 0)
        else quota_left(a, p_at)
    end
$$;

create or replace function quota_leased(p_account bigint, p_at timestamptz) returns bigint language sql stable as
    $$select coalesce(sum(amount), 0)::bigint from quota_leases where account_id = p_account and expires_at > p_at$$;

-- When it runs out, from what the last seven days used; null when not before the period's end, or when nothing was used.
create or replace function quota_forecast(a quota_accounts, p_at timestamptz) returns timestamptz language plpgsql stable as $$
begin
    return (with recent as (
            select sum(amount) as used, greatest(extract(epoch from p_at - min(day) at time zone 'UTC'), 86400) as seconds
            from quota_days where account_id = a.id and day > (p_at at time zone 'UTC')::date - 7
        ), estimate as (
            select p_at + make_interval(secs => least(
                greatest(quota_left(a, p_at), 0) * seconds / used, 3e9)::double precision) as at from recent where used > 0
        )
        select at from estimate where at < coalesce(a.period_end, 'infinity') and at < p_at + interval '1 year');
end
$$;

create or replace function quota_refilled(p_account bigint) returns void language sql as
    $$select pg_notify('atlantic_snapshot', 'quota_accounts:' || p_account)$$;

-- Begins the next period of accounts whose period is over and that nobody bills, of all or of those named. A clock that goes back
-- begins none again.
create or replace function quota_turn(p_at timestamptz, p_accounts bigint[] default null) returns integer language plpgsql as $$
declare
    due bigint[];
begin
    select array_agg(id) into due from (
        select id from quota_accounts where period_end <= p_at and renews and (p_accounts is null or id = any(p_accounts))
            order by id for update) locked;
    if due is null then
        return 0;
    end if;
    update quota_accounts q set (period_start, period_end) = (
            select p.period_start, p.period_end from quota_period(q.anchor_at, q.period_unit, q.period_length, p_at,
                customer_zone(q.customer_id)) p),
        consumed = 0, warned = 0, overage_spent = 0
    where id = any(due);
    perform grant_add(customer_id, measure, limit_amount, 'period', null, period_start, period_end)
        from quota_accounts where id = any(due) and source = 'grants';
    perform quota_refilled(id) from unnest(due) id;
    return cardinality(due);
end
$$;

-- Charges a wallet for what was used since the last time, and notes it for the month's invoice. Rounded down, for the customer;
-- the fraction is carried to the next, so that none is lost.
create or replace function quota_settle(p_account bigint, p_at timestamptz) returns bigint language plpgsql as $$
declare
    a quota_accounts;
    owed numeric;
    cost bigint;
    posted bigint;
begin
    select * into a from quota_accounts where id = p_account for update;
    if not found or a.price is null or a.unsettled = 0 then
        return 0;
    end if;
    owed := a.unsettled::numeric * a.price + a.remainder;
    cost := div(owed, quota_divisor(a.measure));
    if cost > 0 then
        select transaction_id into posted from ledger_post('usage/' || a.id || '/' || a.settlements + 1,
            sha256(('usage/' || a.id || '/' || a.settlements + 1)::bytea), 'usage',
            case a.measure when 'bytes' then a.unsettled || ' bytes' else a.unsettled || ' minutes' end, p_at, a.currency,
            array['wallet', 'revenue'], array[a.customer_id, null], array[-cost, cost], false);
    end if;
    insert into usage_charges (customer_id, plan_name, measure, amount, price, currency, cost, transaction_id, charged_at)
    values (a.customer_id, a.plan_name, a.measure, a.unsettled, a.price, a.currency, cost, posted, p_at);
    update quota_accounts set unsettled = 0, remainder = mod(owed, quota_divisor(a.measure)),
        settlements = settlements + (cost > 0)::integer, overage_spent = overage_spent + cost where id = a.id;
    return cost;
end
$$;

-- A wallet that was filled has something to lease again.
create or replace function quota_wallet_refilled() returns trigger language plpgsql as $$
begin
    perform quota_refilled(q.id) from ledger_accounts a join quota_accounts q on q.customer_id = a.customer_id
    where a.id = new.account_id and a.kind = 'wallet';
    return null;
end
$$;
create or replace trigger ledger_entries_refill after insert on ledger_entries
    for each row when (new.amount > 0) execute function quota_wallet_refilled();

-- How much customers are warned of: 0, 80 or 100 (percent used).
create or replace function quota_warning(p_left bigint, p_whole bigint) returns integer language sql immutable as
    $$select case when p_left <= 0 then 100 when p_left <= p_whole / 5 then 80 else 0 end$$;

-- At 80 and 100 %, once after each filling. The whole is what there was after it was last filled (a period that began, a top-up,
-- a wallet's credit): more left than last time means that it was.
create or replace function quota_warn(p_accounts bigint[], p_was_left bigint[], p_amounts bigint[],
    p_at timestamptz) returns void
language plpgsql as $$
declare
    booked record;
    a quota_accounts;
    whole bigint;
    share integer;
begin
    for booked in
        select q as account, left_now, b.was_left from unnest(p_accounts, p_was_left, p_amounts) b(id, was_left, amount)
        join quota_accounts q on q.id = b.id,
        lateral (select case when q.source = 'grants' and q.price is null then greatest(b.was_left - b.amount, 0)
            else b.was_left - b.amount end as left_now) after_it
        where b.was_left > q.last_left
            or quota_warning(left_now, case q.source when 'cap' then q.limit_amount else q.basis end) > q.warned
    loop
        a := booked.account;
        if a.source = 'grants' and booked.was_left > a.last_left then
            a.basis := booked.was_left;
            a.warned := 0;
        end if;
        a.last_left := booked.left_now;
        whole := case a.source when 'cap' then a.limit_amount else a.basis end;
        share := quota_warning(a.last_left, whole);
        if share > a.warned then
            insert into events (kind, customer_id, payload, created_at)
            select case share when 100 then 'quota_exhausted' else 'quota_warning' end, a.customer_id, jsonb_build_object(
                'accountId', a.id, 'proxyUser', (select name from proxy_users where id = a.proxy_user_id), 'measure', a.measure,
                    'percent', share, 'limit', whole,
                'left', greatest(a.last_left, 0), 'periodEnd', a.period_end, 'runsOutAt', quota_forecast(a, p_at)), p_at;
            a.warned := share;
        end if;
        update quota_accounts set basis = a.basis, last_left = a.last_left, warned = a.warned
        where id = a.id and (basis, last_left, warned) is distinct from (a.basis, a.last_left, a.warned);
    end loop;
end
$$;

-- A customer's account is what its plan's version says: opened, changed or closed with it. A new version is a new purchase: its
-- period begins now. Its accounts are locked in the order of their ids, as by leases, or each could wait for the other.
create or replace function quota_follow_plan(p_customer bigint) returns void language plpgsql as $$
declare
    v plan_versions;
    a quota_accounts;
    measured text;
    is_billed boolean;
    started timestamptz := now();
    ends timestamptz;
begin
    perform 1 from quota_accounts where customer_id = p_customer order by id for update;
    select * into a from quota_accounts where customer_id = p_customer and proxy_user_id is null;
    if found then
        perform quota_settle(a.id, started);
        select * into a from quota_accounts where id = a.id;
    end if;
    select v2.* into v from customers c join plan_versions v2 on v2.id = c.plan_version_id where c.id = p_customer;
    -- A reseller's customer uses what it was sold, whatever the plan, and nothing without that.
    if exists (select from customers where id = p_customer and seller_id is not null and deleted_at is null) then
        insert into quota_accounts as q (customer_id, measure, source, period_unit, period_length, anchor_at, period_start,
            plan_name, renews)
        values (p_customer, 'bytes', 'grants', 'month', 1, started, started,
            coalesce((select name from plans where id = v.plan_id), ''), false)
        on conflict (customer_id) where proxy_user_id is null do update set plan_name = excluded.plan_name;
        return;
    end if;
    is_billed := (select billed from customers where id = p_customer);
    if v.id is null or (case v.kind when 'subscription' then v.included_bytes is null else v.price = 0 end) then
        delete from quota_accounts where id = a.id;
        return;
    end if;

    measured := case v.kind when 'hourly' then 'minutes' else 'bytes' end;
    if v.kind = 'subscription' and v.quota_window = 'period' then
        select period_end into ends from quota_period(started, v.period_unit, v.period_length, started,
            customer_zone(p_customer));
    end if;
    if a.measure <> measured then
        delete from quota_accounts where id = a.id; -- with its leases and days, which count something else
    end if;
    insert into quota_accounts as q (customer_id, measure, source, limit_amount, period_unit, period_length, anchor_at,
        period_start, period_end, plan_name, currency, price, city_surcharge, state_surcharge, asn_surcharge)
    values (p_customer, measured, 'grants', v.included_bytes, v.period_unit, v.period_length, started, started, ends,
        (select name from plans where id = v.plan_id), v.currency,
        case when v.kind = 'subscription' then v.overage_price else v.price end, v.city_surcharge, v.state_surcharge,
        v.asn_surcharge)
    on conflict (customer_id) where proxy_user_id is null do update set
        limit_amount = excluded.limit_amount, period_unit = excluded.period_unit,
        period_length = excluded.period_length, anchor_at = excluded.anchor_at, period_start = excluded.period_start,
            period_end = excluded.period_end, ends_at = null,
        remainder = case when q.currency = excluded.currency then q.remainder else 0 end,
        plan_name = excluded.plan_name, currency = excluded.currency, price = excluded.price,
        city_surcharge = excluded.city_surcharge, state_surcharge = excluded.state_surcharge,
        asn_surcharge = excluded.asn_surcharge,
        consumed = 0, basis = 0, last_left = 0, warned = 0, overage_spent = 0;
    update quota_accounts set renews = not is_billed where customer_id = p_customer and proxy_user_id is null;
    update grants set valid_until = greatest(started, valid_from)
    where customer_id = p_customer and origin = 'period' and origin_id is null and (valid_until is null or valid_until > started);
    if v.kind = 'subscription' and not is_billed then
        perform grant_add(p_customer, measured, v.included_bytes, 'period', null, started, ends);
    end if;
    if ends is not null then
        update quota_accounts set period_unit = v.period_unit, period_length = v.period_length, anchor_at = started,
            period_start = started, period_end = ends,
            consumed = 0, warned = 0
        where customer_id = p_customer and source = 'cap';
    end if;
    perform quota_refilled(id) from quota_accounts where customer_id = p_customer;
end
$$;

create or replace function quota_follow_customer() returns trigger language plpgsql as $$
begin
    perform quota_follow_plan(new.id);
    return null;
end
$$;
create or replace trigger customers_quota_added after insert on customers
    for each row when (new.plan_version_id is not null or new.seller_id is not null) execute function quota_follow_customer();
create or replace trigger customers_quota_changed after update on customers
    for each row when (old.plan_version_id is distinct from new.plan_version_id) execute function quota_follow_customer();

-- Leases end with it too: for a node that hears of nothing meanwhile.
create or replace function quota_follow_plan_end() returns trigger language plpgsql as $$
begin
    update quota_accounts set ends_at = new.plan_ends_at where customer_id = new.id and source = 'grants';
    if not new.plan_ended then
        perform quota_refilled(id) from quota_accounts where customer_id = new.id;
    end if;
    return null;
end
$$;
create or replace trigger customers_quota_ends after update on customers
    for each row when (old.plan_ends_at is distinct from new.plan_ends_at) execute function quota_follow_plan_end();

-- A proxy user's cap follows its customer's period: the customer is held, or one that is given a plan at this moment would leave
-- the cap on the period before.
create or replace function quota_follow_limit() returns trigger language plpgsql as $$
declare
    parent quota_accounts;
    p record;
begin
    if new.deleted_at is not null then
        perform share_return(new.id, clock_timestamp());
        delete from quota_accounts where proxy_user_id = new.id;
        return null;
    elsif new.limit_bytes is null then
        delete from quota_accounts where proxy_user_id = new.id and source = 'cap';
        return null;
    end if;
    perform 1 from customers where id = new.customer_id for no key update;
    select * into parent from quota_accounts where customer_id = new.customer_id and proxy_user_id is null
        and period_end is not null;
    select * into p from quota_period(coalesce(parent.anchor_at, now()), coalesce(parent.period_unit, 'month'),
        coalesce(parent.period_length, 1), now(),
        customer_zone(new.customer_id));
    insert into quota_accounts as q (customer_id, proxy_user_id, measure, source, limit_amount, period_unit,
        period_length, anchor_at, period_start, period_end)
    values (new.customer_id, new.id, 'bytes', 'cap', new.limit_bytes, coalesce(parent.period_unit, 'month'),
        coalesce(parent.period_length, 1),
        coalesce(parent.anchor_at, now()), p.period_start, p.period_end)
    on conflict (proxy_user_id) do update set limit_amount = excluded.limit_amount, warned = 0 where q.source = 'cap';
    perform quota_refilled(id) from quota_accounts where proxy_user_id = new.id;
    return null;
end
$$;
create or replace trigger proxy_users_quota_added after insert on proxy_users
    for each row when (new.limit_bytes is not null) execute function quota_follow_limit();
create or replace trigger proxy_users_quota_changed after update on proxy_users
    for each row when ((old.limit_bytes, old.deleted_at) is distinct from (new.limit_bytes,
        new.deleted_at)) execute function quota_follow_limit();
