-- Until when a customer's plan is good; null is until further notice. plan_ended is what nodes follow: set with it, or by quota keeping when that moment comes.
alter table customers add column plan_ends_at timestamptz,
    add column plan_ended boolean not null default false,
    add constraint customers_plan_end check (not plan_ended or plan_ends_at is not null);
create index customers_plan_ends_at on customers (plan_ends_at) where plan_ends_at is not null and not plan_ended;

-- A plan that is given, or given again, is bought anew: the end of what was bought before says nothing of it.
create or replace function buy_plan_version() returns trigger language plpgsql as $$
begin
    new.plan_version_id := (select version_id from plans where id = new.plan_id);
    if tg_op = 'UPDATE' then
        new.plan_ends_at := null;
        new.plan_ended := false;
    end if;
    return new;
end
$$;

drop trigger customers_changed on customers;
create trigger customers_changed after update on customers
    for each row when ((old.state, old.plan_version_id, old.exit_generation, old.plan_ended) is distinct from (new.state, new.plan_version_id, new.exit_generation, new.plan_ended))
    execute function notify_snapshot();

-- Leases end with it too: for a node that hears of nothing meanwhile.
create function quota_follow_plan_end() returns trigger language plpgsql as $$
begin
    update quota_accounts set ends_at = new.plan_ends_at where customer_id = new.id and proxy_user_id is null;
    if not new.plan_ended then
        perform quota_refilled(id) from quota_accounts where customer_id = new.id;
    end if;
    return null;
end
$$;
create trigger customers_quota_ends after update on customers
    for each row when (old.plan_ends_at is distinct from new.plan_ends_at) execute function quota_follow_plan_end();

-- Ends the plans whose time has come, and answers the seconds until the next one's; null when there is none.
create function end_plans(p_at timestamptz) returns double precision language plpgsql as $$
begin
    update customers set plan_ended = true where plan_ends_at <= p_at and not plan_ended;
    return (select extract(epoch from min(plan_ends_at) - p_at) from customers where plan_ends_at is not null and not plan_ended);
end
$$;
