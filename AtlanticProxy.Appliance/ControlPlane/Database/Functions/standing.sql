-- Whether customers and proxy users are served, and if not, why: what pages, the command line and nodes say alike. Nodes ask by
-- lease_take, which rests on the same functions.

create or replace function quota_refusal(a quota_accounts) returns text language sql immutable as
    $$select case when a.price is null then 'quota_exhausted' else 'balance_exhausted' end$$;

create or replace function quota_standing(a quota_accounts, p_floor bigint, p_at timestamptz) returns text
language sql stable as $$
    select case
        when a.id is null or quota_available(a, p_at) > 0 then 'served'
        when p_floor is not null then 'slowed'
        else quota_refusal(a)
    end
$$;

create or replace function customer_standing(p_customer bigint, p_at timestamptz default now())
    returns text language plpgsql stable as $$
begin
    return (select case
            when c.state = 'suspended' or c.held_by_seller then 'suspended'
            when c.seller_id is not null and seller_is_stopped(c.seller_id, p_at) then 'seller_stopped'
            when c.plan_ended or c.plan_ends_at <= p_at then 'subscription_ended'
            else quota_standing(q, v.floor_bytes_per_second, p_at)
        end
        from customers c
        left join quota_accounts q on q.customer_id = c.id and q.proxy_user_id is null
        left join plan_versions v on v.id = c.plan_version_id
        where c.id = p_customer);
end
$$;

create or replace function proxy_user_standing(p_proxy_user bigint, p_at timestamptz default now())
    returns text language plpgsql stable as $$
begin
    return (select case
            when not u.enabled then 'disabled'
            -- A share is reserved: that its customer has used up the rest does not matter.
            when customers.standing <> 'served' and not (coalesce(q.source, '') = 'grants'
                and customers.standing in ('slowed', 'quota_exhausted', 'balance_exhausted')) then customers.standing
            else quota_standing(q, v.floor_bytes_per_second, p_at)
        end
        from proxy_users u
        join customers c on c.id = u.customer_id
        left join quota_accounts q on q.proxy_user_id = u.id
        left join plan_versions v on v.id = c.plan_version_id
        cross join lateral (select customer_standing(u.customer_id, p_at) as standing) customers
        where u.id = p_proxy_user);
end
$$;

-- What a customer's next connection would use, and until when: a grant, then the wallet, then the plan's floor speed, or nothing.
-- 'unbounded' where no plan bounds it. Amounts are bytes or minutes, never below zero.
create or replace function what_next(p_customer bigint, p_at timestamptz default clock_timestamp(), out standing text,
    out source text, out measure text, out granted bigint, out by_wallet bigint, out price bigint, out currency text,
    out good_until timestamptz, out period_end timestamptz) language plpgsql stable as $$
declare
    a quota_accounts;
begin
    standing := customer_standing(p_customer, p_at);
    select * into a from quota_accounts q where q.customer_id = p_customer and q.proxy_user_id is null;
    measure := coalesce(a.measure, 'bytes');
    granted := case when a.id is null then 0 else grants_left(a, p_at) end;
    by_wallet := case when a.id is null then 0 else greatest(coalesce(wallet_left(a), 0), 0) end;
    price := a.price;
    currency := a.currency;
    period_end := a.period_end;
    source := case
        when standing not in ('served', 'slowed') then 'nothing'
        when a.id is null then 'unbounded'
        when standing = 'slowed' then 'floor'
        when granted > 0 or a.renews and a.period_end <= p_at then 'grant'
        else 'wallet'
    end;
    good_until := (select g.valid_until from account_parts(a, p_at) p join grants g on g.id = p.grant_id
        where p.free > 0 order by p.place limit 1);
end
$$;
