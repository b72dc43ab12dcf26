-- Gives back what runs of a node that have ended hold of leases, and tells whoever was refused meanwhile. All that those runs counted must be booked before: then what
-- is left of a lease is what was not used. Answers the bytes.
create function lease_release(p_nodes text[]) returns bigint language plpgsql as $$
declare
    held record;
    released bigint := 0;
begin
    perform 1 from quota_accounts where id in (select account_id from quota_leases where node = any(p_nodes)) order by id for update;
    for held in delete from quota_leases where node = any(p_nodes) returning account_id, amount, expires_at loop
        if held.amount > 0 and held.expires_at > clock_timestamp() then
            released := released + held.amount;
            perform quota_refilled(held.account_id);
        end if;
    end loop;
    return released;
end
$$;
