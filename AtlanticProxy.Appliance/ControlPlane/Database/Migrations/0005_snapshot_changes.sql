-- Tells every node's snapshot publisher which row to read again: "table:id" on one channel.
create function notify_snapshot() returns trigger language plpgsql as $$
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

create trigger proxy_users_added_or_gone after insert or delete on proxy_users
    for each row execute function notify_snapshot();
create trigger proxy_users_changed after update on proxy_users
    for each row when (old.* is distinct from new.*) execute function notify_snapshot();

-- Only the state of a customer reaches the engine; a customer without proxy users is of no interest to it.
create trigger customers_changed after update on customers
    for each row when (old.state is distinct from new.state) execute function notify_snapshot();

create trigger providers_added_or_gone after insert or delete on providers
    for each row execute function notify_snapshot();
create trigger providers_changed after update on providers
    for each row when (old.* is distinct from new.*) execute function notify_snapshot();
