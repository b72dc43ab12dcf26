-- Grants: in which order they are used, what is left of them, and how parts of them move.

-- Lower is used first: what ends soonest by its nature comes before what was paid for and stays.
create or replace function grant_priority(p_origin text) returns integer language sql immutable as $$
    select case when p_origin in ('bonus', 'trial', 'coupon', 'staff') then 10 when p_origin in ('period', 'carry_over') then 20
        when p_origin = 'top_up' then 30 else 40 end
$$;

-- What an account draws from, in the order in which it does: its grants, then the wallet (0). A cap is one part (0). What nodes
-- have leased of a part is not free; below zero is what was used beyond it.
create or replace function account_parts(a quota_accounts, p_at timestamptz)
    returns table (place bigint, grant_id bigint, free bigint) language sql stable as $$
    select row_number() over (order by g.priority, g.valid_until nulls last, g.id), g.id, g.amount - g.used - coalesce((
        select sum(l.amount) from quota_leases l
        where l.account_id = a.id and l.grant_id = g.id and l.expires_at > p_at), 0)::bigint
    from grants g
    where a.source = 'grants' and g.customer_id = a.customer_id and g.proxy_user_id is not distinct from a.proxy_user_id
        and g.measure = a.measure and g.valid_from <= p_at and (g.valid_until is null or g.valid_until > p_at)
    union all
    select 9223372036854775807, 0, case a.source when 'cap' then a.limit_amount - a.consumed else wallet_left(a) end
        - coalesce((select sum(l.amount) from quota_leases l
            where l.account_id = a.id and l.grant_id = 0 and l.expires_at > p_at), 0)::bigint
    where a.source = 'cap' or a.price is not null
$$;

-- What is left of an account's valid grants, leases not deducted.
create or replace function grants_left(a quota_accounts, p_at timestamptz) returns bigint language plpgsql stable as $$
begin
    return (select coalesce(sum(greatest(amount - used, 0)), 0)::bigint from grants g
        where g.customer_id = a.customer_id and g.proxy_user_id is not distinct from a.proxy_user_id and g.measure = a.measure
            and g.valid_from <= p_at and (g.valid_until is null or g.valid_until > p_at));
end
$$;

-- What the wallet pays for behind the grants, a fraction of a minor unit counted exactly; null when it does not. The customer's
-- own ceiling bounds it.
create or replace function wallet_left(a quota_accounts) returns bigint language plpgsql stable as $$
begin
    return (select (least(4e18, floor((least(
            coalesce((select balance from ledger_accounts where kind = 'wallet' and customer_id = a.customer_id
                and currency = a.currency), 0),
            a.overage_limit - a.overage_spent)::numeric * quota_divisor(a.measure) - a.remainder) / a.price))
            - a.unsettled)::bigint
        where a.price is not null);
end
$$;

-- Gives a customer something to use, and tells whoever was refused. Answers its id.
create or replace function grant_add(p_customer bigint, p_measure text, p_amount bigint, p_origin text, p_origin_id bigint,
    p_from timestamptz, p_until timestamptz, p_memo text default '') returns bigint language plpgsql as $$
declare
    given bigint;
begin
    insert into grants (customer_id, measure, amount, origin, origin_id, priority, valid_from, valid_until, memo)
    values (p_customer, p_measure, p_amount, p_origin, p_origin_id, grant_priority(p_origin), p_from, p_until, p_memo)
    returning id into given;
    perform quota_refilled(id) from quota_accounts where customer_id = p_customer;
    return given;
end
$$;

-- Takes a part of what an account has to give, for use by nodes or by shares, in the order of drawing. Nothing is taken that is
-- leased.
create or replace function account_split(a quota_accounts, p_amount bigint, p_at timestamptz)
    returns table (grant_id bigint, amount bigint) language sql stable as $$
    select p.grant_id, least(p.free, p_amount - p.before)::bigint from (
        select parts.grant_id, parts.free, sum(parts.free) over (order by parts.place) - parts.free as before
        from account_parts(a, p_at) parts where parts.free > 0) p
    where p.before < p_amount
$$;

-- Uses up parts of accounts that the caller has locked: first what the node holds of them, in the order in which it was drawn,
-- also when its lease has expired meanwhile (then its bytes come late, but once); then what is free; then the wallet, or where
-- there is none the grant that was drawn from last.
create or replace function quota_consume(p_node text, p_accounts bigint[], p_amounts bigint[], p_at timestamptz)
    returns void language plpgsql as $$
declare
    was_left bigint[];
    short bigint[];
    rests bigint[];
begin
    select array_agg(quota_left(q, p_at) order by b.place) into was_left
        from unnest(p_accounts) with ordinality b(id, place) join quota_accounts q on q.id = b.id;
    with booked as (
        select id, amount from unnest(p_accounts, p_amounts) b(id, amount)
    ), held as (
        select l.account_id, l.grant_id, least(l.amount, greatest(b.amount - l.before, 0))::bigint as amount from (
            select l.*, sum(l.amount) over (partition by l.account_id
                order by g.priority nulls last, g.valid_until nulls last, g.id nulls last) - l.amount as before
            from quota_leases l left join grants g on g.id = l.grant_id
            where l.node = p_node and l.account_id = any(p_accounts) and l.amount > 0) l
        join booked b on b.id = l.account_id
    ), given_up as (
        update quota_leases l set amount = l.amount - held.amount from held
        where l.account_id = held.account_id and l.node = p_node and l.grant_id = held.grant_id and held.amount > 0
    ), granted as (
        update grants g set used = g.used + held.amount from (
            select grant_id, sum(amount)::bigint as amount from held group by grant_id) held
        where g.id = held.grant_id and held.amount > 0
    ), totals as (
        select b.id, b.amount, coalesce(sum(held.amount), 0)::bigint as leased,
            coalesce(sum(held.amount) filter (where held.grant_id = 0), 0)::bigint as of_wallet
        from booked b left join held on held.account_id = b.id group by b.id, b.amount
    ), counted as (
        update quota_accounts q set consumed = q.consumed + t.amount,
            unsettled = q.unsettled + case q.source when 'grants' then t.of_wallet else 0 end
        from totals t where q.id = t.id returning q.id, q.source, t.amount - t.leased as rest
    ), days as (
        insert into quota_days as d (account_id, day, amount)
        select id, (p_at at time zone 'UTC')::date, amount from booked
        on conflict (account_id, day) do update set amount = d.amount + excluded.amount
    )
    select array_agg(id), array_agg(rest) into short, rests from counted where rest > 0 and source = 'grants';
    perform quota_consume_unleased(id, rest, p_at) from unnest(short, rests) b(id, rest);
    perform quota_warn(p_accounts, was_left, p_amounts, p_at);
end
$$;

create or replace function quota_consume_unleased(p_account bigint, p_amount bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
    a quota_accounts;
    part record;
    rest bigint := p_amount;
    last_grant bigint;
    of_wallet bigint := 0;
    -- What flows at a plan's floor speed is free.
    slowed boolean := exists (select from customers c join plan_versions v on v.id = c.plan_version_id
        where c.id = (select customer_id from quota_accounts where id = p_account) and v.floor_bytes_per_second is not null);
begin
    select * into a from quota_accounts where id = p_account;
    for part in select * from account_split(a, p_amount, p_at) loop
        rest := rest - part.amount;
        if part.grant_id = 0 then
            of_wallet := part.amount;
        else
            update grants set used = used + part.amount where id = part.grant_id;
        end if;
    end loop;
    if a.price is null or slowed then
        select id into last_grant from grants g
        where g.customer_id = a.customer_id and g.proxy_user_id is not distinct from a.proxy_user_id and g.measure = a.measure
        order by g.valid_from <= p_at and (g.valid_until is null or g.valid_until > p_at) desc, g.priority desc,
            g.valid_until desc nulls first, g.id desc
        limit 1;
        update grants set used = used + rest where id = last_grant and rest > 0;
        rest := 0;
    end if;
    if of_wallet + rest > 0 then
        update quota_accounts set unsettled = unsettled + of_wallet + rest where id = a.id;
    end if;
end
$$;

-- Moves a part of a customer's grants to one proxy user, who from then on uses that and nothing else. Answers what was moved:
-- less than was asked for when there is not so much that is free.
create or replace function share_reserve(p_proxy_user bigint, p_amount bigint, p_at timestamptz) returns bigint
language plpgsql as $$
declare
    a quota_accounts;
    part record;
    moved bigint := 0;
begin
    select q.* into a from proxy_users u join quota_accounts q on q.customer_id = u.customer_id and q.proxy_user_id is null
        where u.id = p_proxy_user for update of q;
    if not found or a.measure <> 'bytes' then
        return 0;
    end if;
    for part in select * from account_split(a, p_amount, p_at) where grant_id <> 0 loop
        update grants set amount = amount - part.amount, reserved = reserved + part.amount where id = part.grant_id;
        insert into grants (customer_id, proxy_user_id, measure, amount, origin, priority, valid_from, valid_until, parent_id)
        select customer_id, p_proxy_user, measure, part.amount, 'share', priority, p_at, valid_until, id
        from grants where id = part.grant_id;
        moved := moved + part.amount;
    end loop;
    if moved > 0 then
        insert into quota_accounts as q (customer_id, proxy_user_id, measure, source, period_unit, period_length, anchor_at,
            period_start, period_end, ends_at, renews)
        values (a.customer_id, p_proxy_user, 'bytes', 'grants', a.period_unit, a.period_length, p_at, p_at, a.period_end,
            a.ends_at, false)
        on conflict (proxy_user_id) do update set source = 'grants', limit_amount = null, renews = false;
        perform quota_refilled(id) from quota_accounts where proxy_user_id = p_proxy_user;
    end if;
    return moved;
end
$$;

-- Gives what a proxy user has not used of its shares back to the grants that they came from. Answers what went back to grants
-- that are still good; what nodes hold of the shares counts as used.
create or replace function share_return(p_proxy_user bigint, p_at timestamptz) returns bigint language plpgsql as $$
declare
    own quota_accounts;
    share record;
    returned bigint := 0;
begin
    perform 1 from quota_accounts q join proxy_users u on u.customer_id = q.customer_id
    where u.id = p_proxy_user and (q.proxy_user_id is null or q.proxy_user_id = u.id) order by q.id for update of q;
    select * into own from quota_accounts where proxy_user_id = p_proxy_user and source = 'grants';
    if not found then
        return 0;
    end if;
    for share in select p.free, g.* from account_parts(own, p_at) p join grants g on g.id = p.grant_id where p.free > 0 loop
        perform grant_give_back(share.id, share.free);
        returned := returned + share.free;
    end loop;
    perform quota_refilled(id) from quota_accounts where customer_id = own.customer_id and proxy_user_id is null;
    return returned;
end
$$;
