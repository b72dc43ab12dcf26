-- What a subscription gives its customer to use. Whoever calls these holds the subscription's row.

-- Gives a customer a version of a plan, for a period, with what is included in it. Called again for the same period of the same
-- subscription, it gives nothing more. Answers the grant; null where the plan has no bound.
create or replace function subscription_give(p_subscription bigint, p_customer bigint, p_version bigint, p_amount bigint,
    p_origin text, p_from timestamptz, p_until timestamptz, p_good_until timestamptz) returns bigint language plpgsql as $$
declare
    given bigint;
begin
    update customers c set plan_id = v.plan_id, plan_version_id = v.id, billed = true from plan_versions v
    where c.id = p_customer and v.id = p_version
        and (c.plan_id, c.plan_version_id, c.billed, c.plan_ended) is distinct from (v.plan_id, v.id, true, false);
    perform 1 from quota_accounts where customer_id = p_customer order by id for update;
    update quota_accounts set period_start = p_from, period_end = p_until, anchor_at = p_from, renews = source = 'cap',
        consumed = 0, warned = 0, overage_spent = 0
    where customer_id = p_customer and (proxy_user_id is null or source = 'cap');
    if p_amount is null then
        return null;
    end if;
    insert into grants (customer_id, measure, amount, origin, origin_id, priority, valid_from, valid_until)
    values (p_customer, 'bytes', p_amount, p_origin, p_subscription, grant_priority(p_origin), p_from, p_good_until)
    on conflict (origin_id, valid_from) where origin = 'period' and origin_id is not null do nothing returning id into given;
    perform quota_refilled(id) from quota_accounts where customer_id = p_customer;
    return given;
end
$$;

-- What is left of the grants of a subscription's period, leases counted as used: bytes, never below zero.
create or replace function subscription_left(p_subscription bigint, p_from timestamptz) returns bigint language sql stable as $$
    select coalesce(sum(greatest(g.amount - g.used - coalesce((select sum(l.amount) from quota_leases l
        where l.grant_id = g.id and l.expires_at > clock_timestamp()), 0), 0)), 0)::bigint
    from grants g where g.origin_id = p_subscription and g.origin in ('period', 'trial') and g.valid_from = p_from
$$;

-- Ends what a subscription's periods and trial gave, at that moment, or moves that end.
create or replace function subscription_bound(p_subscription bigint, p_from timestamptz, p_until timestamptz) returns void
language plpgsql as $$
begin
    update grants set valid_until = greatest(p_until, valid_from)
    where origin_id = p_subscription and origin in ('period', 'carry_over', 'trial') and valid_from >= p_from;
    perform quota_refilled(q.id) from subscriptions s join quota_accounts q on q.customer_id = s.customer_id
    where s.id = p_subscription;
end
$$;

-- What of a customer's wallet can be spent: not what tunnels have used, or may use of their leases.
create or replace function wallet_spendable(p_customer bigint, p_currency text) returns bigint language sql as $$
    select coalesce((select balance from ledger_accounts where kind = 'wallet' and customer_id = p_customer
        and currency = p_currency), 0) - ledger_held(p_customer, p_currency)
$$;
