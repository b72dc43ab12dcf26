-- Leases: what nodes take of accounts to use, give back, and book.

-- Takes a part of an account, and of the customer's beyond a proxy user's own, for a node. At most half of what is left, shared
-- by the nodes that have some; the last in parts of the least size, down to nothing. While much is left, a twentieth of it (1 GiB
-- at most), though less was asked for: a node without the database goes on for longer. It is kept for p_kept; what then has not
-- been booked or given back is free again. An account that counts minutes pays for the present one, once whoever asks, before it
-- is used.
create or replace function lease_take(p_node text, p_account bigint, p_bytes bigint, p_kept interval,
    p_at timestamptz default clock_timestamp(),
    out bytes bigint, out minutes integer, out state text) language plpgsql as $$
declare
    a quota_accounts;
    chain bigint[];
    granted bigint;
    paying bigint;
    free bigint;
    share bigint;
    minute bigint := floor(extract(epoch from p_at) / 60);
begin
    bytes := 9223372036854775807;
    minutes := 2147483647;
    state := 'granted';
    -- Always in the order of their ids, here and wherever else several are locked.
    select array_agg(id) into chain from (
        select q.id from quota_accounts q join quota_accounts asked on asked.id = p_account
        where q.customer_id = asked.customer_id and (q.proxy_user_id is null or q.id = p_account)
            order by q.id for update of q) locked;
    if chain is null then -- closed meanwhile: nothing bounds them
        return;
    end if;
    perform quota_turn(p_at, chain);
    for a in select * from quota_accounts where id = any(chain) loop
        free := quota_left(a, p_at) - quota_leased(a.id, p_at);
        if a.measure = 'minutes' then
            minutes := 1;
            if a.last_minute >= minute then
                free := 1; -- paid already
            else
                paying := a.id;
            end if;
        else
            share := free / 2 / (select count(*) + 1 from quota_leases where account_id = a.id and node <> p_node and amount > 0
                and expires_at > p_at);
            granted := least(granted, free, greatest(share, 65536), greatest(p_bytes, least(free / 20, 1073741824)));
        end if;
        if a.ends_at <= p_at then
            state := 'subscription_ended';
        elsif free <= 0 and state <> 'subscription_ended' then
            state := case a.source when 'wallet' then 'balance_exhausted' else 'quota_exhausted' end;
        end if;
    end loop;
    if state <> 'granted' then
        bytes := 0;
        minutes := 0;
        return;
    end if;
    if paying is not null then
        update quota_accounts set last_minute = minute where id = paying;
        perform quota_consume(array[paying], array[1], p_at);
    end if;
    insert into quota_leases (account_id, node, amount, expires_at)
    select id, p_node, granted, p_at + p_kept from quota_accounts where id = any(chain) and measure = 'bytes'
    on conflict (account_id, node) do update set
        amount = case when quota_leases.expires_at > p_at then quota_leases.amount else 0 end + excluded.amount,
            expires_at = excluded.expires_at;
    bytes := coalesce(granted, bytes);
end
$$;

-- Gives back what a node did not use.
create or replace function lease_return(p_node text, p_account bigint, p_bytes bigint) returns void language plpgsql as $$
begin
    perform 1 from quota_accounts q join quota_accounts asked on asked.id = p_account
    where q.customer_id = asked.customer_id and (q.proxy_user_id is null or q.id = p_account) order by q.id for update of q;
    update quota_leases l set amount = greatest(l.amount - p_bytes, 0) from quota_accounts q, quota_accounts asked
    where asked.id = p_account and q.customer_id = asked.customer_id and (q.proxy_user_id is null or q.id = p_account)
        and l.account_id = q.id and l.node = p_node;
end
$$;

-- Gives back what runs of a node that have ended hold of leases, and tells whoever was refused meanwhile. All that those runs
-- counted must be booked before: then what is left of a lease is what was not used. Answers the bytes.
create or replace function lease_release(p_nodes text[]) returns bigint language plpgsql as $$
declare
    held record;
    released bigint := 0;
begin
    perform 1 from quota_accounts where id in (select account_id from quota_leases where node = any(p_nodes))
        order by id for update;
    for held in delete from quota_leases where node = any(p_nodes) returning account_id, amount, expires_at loop
        if held.amount > 0 and held.expires_at > clock_timestamp() then
            released := released + held.amount;
            perform quota_refilled(held.account_id);
        end if;
    end loop;
    return released;
end
$$;

-- Counts what a node's usage batch says, in the batch's transaction: each proxy user once in p_users. What was leased to the node
-- becomes consumed; what was used beyond, or comes late from a node whose lease has expired, is consumed all the same.
create or replace function book_consumption(p_node text, p_users bigint[], p_bytes bigint[],
    p_at timestamptz default clock_timestamp()) returns void language plpgsql as $$
declare
    accounts bigint[];
    amounts bigint[];
begin
    select array_agg(id), array_agg(amount) into accounts, amounts from (
        select q.id, sum(b.bytes)::bigint as amount
        from unnest(p_users, p_bytes) b(proxy_user, bytes)
        join proxy_users u on u.id = b.proxy_user
        join quota_accounts q on q.customer_id = u.customer_id and (q.proxy_user_id is null or q.proxy_user_id = u.id)
            and q.measure = 'bytes'
        group by q.id having sum(b.bytes) > 0 order by q.id) used;
    if accounts is null then
        return;
    end if;
    perform 1 from quota_accounts where id = any(accounts) order by id for update;
    perform quota_turn(p_at, accounts);
    perform quota_consume(accounts, amounts, p_at);
    update quota_leases l set amount = greatest(l.amount - b.amount, 0) from unnest(accounts, amounts) b(id, amount)
        where l.account_id = b.id and l.node = p_node;
end
$$;
