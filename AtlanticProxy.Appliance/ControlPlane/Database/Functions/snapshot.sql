-- Tells every node's snapshot publisher which row to read again: "table:id" on one channel.
create or replace function notify_snapshot() returns trigger language plpgsql as $$
declare
    changed bigint;
begin
    if tg_op = 'DELETE' then
        changed := old.id;
    else
        changed := new.id;
    end if;
    perform pg_notify('atlantic_snapshot', tg_table_name || ':' || changed);
    return null;
end
$$;

create or replace trigger proxy_users_added_or_gone after insert or delete on proxy_users
    for each row execute function notify_snapshot();
create or replace trigger proxy_users_changed after update on proxy_users
    for each row when (old.* is distinct from new.*) execute function notify_snapshot();
create or replace trigger providers_added_or_gone after insert or delete on providers
    for each row execute function notify_snapshot();
create or replace trigger providers_changed after update on providers
    for each row when (old.* is distinct from new.*) execute function notify_snapshot();
create or replace trigger pools_added_or_gone after insert or delete on pools
    for each row execute function notify_snapshot();
create or replace trigger pools_changed after update on pools
    for each row when (old.* is distinct from new.*) execute function notify_snapshot();
create or replace trigger plans_added_or_gone after insert or delete on plans
    for each row execute function notify_snapshot();
create or replace trigger plans_changed after update on plans
    for each row when (old.* is distinct from new.*) execute function notify_snapshot();

-- Little of a customer reaches the engine; a customer without proxy users is of no interest to it.
create or replace trigger customers_changed after update on customers
    for each row when (
        (old.state, old.held_by_seller, old.plan_version_id, old.exit_generation, old.plan_ended)
        is distinct from (new.state, new.held_by_seller, new.plan_version_id, new.exit_generation, new.plan_ended))
    execute function notify_snapshot();

-- To the engine, members are part of their pool, exits of their provider, and keys and changed sessions of their proxy user.
create or replace function notify_snapshot_of_owner() returns trigger language plpgsql as $$
declare
    owner_table text := tg_argv[0];
    owner_column text := tg_argv[1];
begin
    if tg_op <> 'INSERT' then
        perform pg_notify('atlantic_snapshot', owner_table || ':' || (to_jsonb(old) ->> owner_column));
    end if;
    if tg_op <> 'DELETE' then
        perform pg_notify('atlantic_snapshot', owner_table || ':' || (to_jsonb(new) ->> owner_column));
    end if;
    return null;
end
$$;
create or replace trigger pool_members_changed after insert or update or delete on pool_members
    for each row execute function notify_snapshot_of_owner('pools', 'pool_id');
create or replace trigger provider_exits_changed after insert or update or delete on provider_exits
    for each row execute function notify_snapshot_of_owner('providers', 'provider_id');
create or replace trigger session_exit_changes_changed after insert or update or delete on session_exit_changes
    for each row execute function notify_snapshot_of_owner('proxy_users', 'proxy_user_id');
create or replace trigger shadowsocks_keys_changed after insert or update or delete on shadowsocks_keys
    for each row execute function notify_snapshot_of_owner('proxy_users', 'proxy_user_id');

-- To the engine a rule of a proxy user, a customer or a plan is part of the proxy users; those for everybody are read as a whole.
create or replace function rule_reader(p_rule destination_rules) returns text language sql immutable as $$
    select case
        when p_rule.proxy_user_id is not null then 'proxy_users:' || p_rule.proxy_user_id
        when p_rule.customer_id is not null then 'customers:' || p_rule.customer_id
        when p_rule.plan_id is not null then 'plan_members:' || p_rule.plan_id
        else 'destination_rules:' || p_rule.id end
$$;
create or replace function notify_destination_rule() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        perform pg_notify('atlantic_snapshot', rule_reader(old));
    end if;
    if tg_op <> 'DELETE' then
        perform pg_notify('atlantic_snapshot', rule_reader(new));
    end if;
    return null;
end
$$;
create or replace trigger destination_rules_changed after insert or update or delete on destination_rules
    for each row execute function notify_destination_rule();
