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
    returns text language sql stable as $$
    select case
        when c.state = 'suspended' then 'suspended'
        when c.plan_ended or c.plan_ends_at <= p_at then 'subscription_ended'
        else quota_standing(q, v.floor_bytes_per_second, p_at)
    end
    from customers c
    left join quota_accounts q on q.customer_id = c.id and q.proxy_user_id is null
    left join plan_versions v on v.id = c.plan_version_id
    where c.id = p_customer
$$;

create or replace function proxy_user_standing(p_proxy_user bigint, p_at timestamptz default now())
    returns text language sql stable as $$
    select case
        when not u.enabled then 'disabled'
        when customers.standing <> 'served' then customers.standing
        else quota_standing(q, v.floor_bytes_per_second, p_at)
    end
    from proxy_users u
    join customers c on c.id = u.customer_id
    left join quota_accounts q on q.proxy_user_id = u.id
    left join plan_versions v on v.id = c.plan_version_id
    cross join lateral (select customer_standing(u.customer_id, p_at) as standing) customers
    where u.id = p_proxy_user
$$;
