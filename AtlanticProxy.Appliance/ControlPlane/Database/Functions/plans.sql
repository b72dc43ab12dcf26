-- Makes a plan's next version when its terms change. Columns go by name: a new term is a column of both tables. Where its
-- customers go out through is the reseller's to change, for all of them at once.
create or replace function freeze_plan_version() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.version_id is not null
        and to_jsonb(new) - '{id,name,active,hidden,created_at,version_id,pool_id}'::text[] =
            to_jsonb(old) - '{id,name,active,hidden,created_at,version_id,pool_id}'::text[] then
        update plan_versions set pool_id = new.pool_id where plan_id = new.id and pool_id is distinct from new.pool_id;
        return new;
    end if;
    new.version_id := nextval(pg_get_serial_sequence('plan_versions', 'id'));
    insert into plan_versions select (jsonb_populate_record(null::plan_versions, to_jsonb(new) || jsonb_build_object(
        'id', new.version_id, 'plan_id', new.id, 'created_at', now(),
        'number', (select coalesce(max(number), 0) + 1 from plan_versions where plan_id = new.id)))).*;
    return new;
end
$$;
create or replace trigger plans_version before insert or update on plans for each row execute function freeze_plan_version();

create or replace function refuse_plan_version_change() returns trigger language plpgsql as $$
begin
    raise exception 'A version of a plan is what somebody bought: it does not change.' using errcode = 'restrict_violation';
end
$$;
create or replace trigger plan_versions_immutable before update on plan_versions
    for each row when (to_jsonb(old.*) - 'pool_id' is distinct from to_jsonb(new.*) - 'pool_id')
    execute function refuse_plan_version_change();

-- A plan that is given, or given again, is bought anew: the end of what was bought before says nothing of it.
create or replace function buy_plan_version() returns trigger language plpgsql as $$
begin
    -- A reseller's customer has what the reseller has, which brings no traffic.
    if new.seller_id is not null and new.deleted_at is null then
        select plan_id, plan_version_id into new.plan_id, new.plan_version_id from customers where id = new.seller_id;
        new.billed := true;
        return new;
    end if;
    -- A subscription says which version was bought. Whoever is given a plan by hand is not billed.
    if not (tg_op = 'UPDATE' and new.billed and exists (
        select from plan_versions where id = new.plan_version_id and plan_id = new.plan_id)) then
        new.plan_version_id := (select version_id from plans where id = new.plan_id);
    end if;
    if tg_op = 'UPDATE' then
        new.plan_ends_at := null;
        new.plan_ended := false;
    end if;
    return new;
end
$$;
create or replace trigger customers_plan_version before insert or update of plan_id on customers
    for each row execute function buy_plan_version();

-- Ends the plans whose time has come, and answers the seconds until the next one's; null when there is none.
create or replace function end_plans(p_at timestamptz) returns double precision language plpgsql as $$
begin
    update customers set plan_ended = true where plan_ends_at <= p_at and not plan_ended;
    return (select extract(epoch from min(plan_ends_at) - p_at) from customers where plan_ends_at is not null and not plan_ended);
end
$$;
