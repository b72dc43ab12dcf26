-- Leases: what nodes take of accounts to use, give back, and book.

-- Locks an account, and the customer's where it takes from that too, which a share does not. Always in the order of their ids,
-- here and wherever else several are locked. Null when the account was closed meanwhile.
create or replace function lease_chain(p_account bigint) returns bigint[] language sql as $$
    select array_agg(id) from (
        select q.id from quota_accounts q join quota_accounts asked on asked.id = p_account
        where q.id = p_account or q.customer_id = asked.customer_id and q.proxy_user_id is null and asked.source = 'cap'
            order by q.id for update of q) locked
$$;

-- What an account by the minute has to pay for a minute with such targeting: whole minutes, what is paid for then, and the
-- hundredths of surcharges that are carried to the next. A clock that goes back pays for nothing again.
create or replace function due_of_minute(a quota_accounts, p_minute bigint, p_targeting integer) returns minute_due
language sql immutable as $$
    select row(a.id, new_minute + hundredths / 100, paid | p_targeting, hundredths % 100)::minute_due
    from (select new_minute, paid, a.surcharge_rest
            + case when asked & 1 > 0 then a.city_surcharge else 0 end
            + case when asked & 2 > 0 then a.state_surcharge else 0 end
            + case when asked & 4 > 0 then a.asn_surcharge else 0 end as hundredths
        from (select (a.last_minute < p_minute)::integer::bigint as new_minute,
            case when a.last_minute < p_minute then 0 else a.last_targeting end as paid) present,
        lateral (select p_targeting & ~paid as asked) unpaid) owed
$$;

-- Takes a part of an account, and of the customer's beyond a proxy user's own, for a node. At most half of what is left, shared
-- by the nodes that have some; the last in parts of the least size, down to nothing. While much is left, a twentieth of it (1 GiB
-- at most), though less was asked for: a node without the database goes on for longer. It is kept for p_kept; what then has not
-- been booked or given back is free again. An account that counts minutes pays for the present one, once whoever asks, before it
-- is used; and for finer targeting within it (1 city, 2 state, 4 ASN) the plan's surcharge, each once.
create or replace function lease_take(p_node text, p_account bigint, p_bytes bigint, p_kept interval,
    p_at timestamptz default clock_timestamp(), p_targeting integer default 0,
    out bytes bigint, out minutes integer, out state text) language plpgsql as $$
declare
    a quota_accounts;
    chain bigint[];
    granted bigint;
    due minute_due;
    free bigint;
    share bigint;
    minute bigint := floor(extract(epoch from p_at) / 60);
begin
    bytes := 9223372036854775807;
    minutes := 2147483647;
    state := 'granted';
    chain := lease_chain(p_account);
    if chain is null then -- closed meanwhile: nothing bounds them
        return;
    end if;
    perform quota_turn(p_at, chain);
    for a in select * from quota_accounts where id = any(chain) loop
        select coalesce(sum(greatest(p.free, 0)), 0) into free from account_parts(a, p_at) p;
        if a.measure = 'minutes' then
            minutes := 1;
            due := due_of_minute(a, minute, p_targeting);
            if due.minutes = 0 then
                free := 1; -- paid already
            elsif free < due.minutes then
                free := 0;
            end if;
        else
            share := free / 2 / (select count(distinct node) + 1 from quota_leases where account_id = a.id and node <> p_node
                and amount > 0 and expires_at > p_at);
            granted := least(granted, free, greatest(share, 65536), greatest(p_bytes, least(free / 20, 1073741824)));
        end if;
        if a.ends_at <= p_at then
            state := 'subscription_ended';
        elsif free <= 0 and state <> 'subscription_ended' then
            state := quota_refusal(a);
        end if;
    end loop;
    if state <> 'granted' then
        bytes := 0;
        minutes := 0;
        return;
    end if;
    if due is not null then
        update quota_accounts set last_minute = greatest(minute, last_minute), last_targeting = due.targeting,
            surcharge_rest = due.rest
        where id = due.account_id and (due.minutes > 0 or last_targeting <> due.targeting);
        if due.minutes > 0 then
            perform quota_consume(p_node, array[due.account_id], array[due.minutes], p_at);
        end if;
    end if;
    -- What the node holds of other grants is kept for as long: it may use that first.
    update quota_leases set expires_at = p_at + p_kept where account_id = any(chain) and node = p_node and expires_at > p_at;
    insert into quota_leases (account_id, node, grant_id, amount, expires_at)
    select q.id, p_node, parts.grant_id, parts.amount, p_at + p_kept
    from quota_accounts q, account_split(q, granted, p_at) parts where q.id = any(chain) and q.measure = 'bytes'
    on conflict (account_id, node, grant_id) do update set
        amount = case when quota_leases.expires_at > p_at then quota_leases.amount else 0 end + excluded.amount,
            expires_at = excluded.expires_at;
    bytes := coalesce(granted, bytes);
end
$$;

-- Gives back what a node did not use: what was drawn last comes back first.
create or replace function lease_return(p_node text, p_account bigint, p_bytes bigint) returns void language plpgsql as $$
declare
    chain bigint[] := lease_chain(p_account);
begin
    update quota_leases l set amount = greatest(l.amount - greatest(p_bytes - held.before, 0), 0) from (
        select l.account_id, l.grant_id, sum(l.amount) over (partition by l.account_id
            order by g.id is null desc, g.priority desc, g.valid_until desc nulls first, g.id desc) - l.amount as before
        from quota_leases l left join grants g on g.id = l.grant_id
        where l.account_id = any(chain) and l.node = p_node) held
    where l.account_id = held.account_id and l.node = p_node and l.grant_id = held.grant_id and held.before < p_bytes;
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
        left join quota_accounts own on own.proxy_user_id = u.id
        join quota_accounts q on q.measure = 'bytes' and (q.id = own.id
            or q.customer_id = u.customer_id and q.proxy_user_id is null and own.source is distinct from 'grants')
        group by q.id having sum(b.bytes) > 0 order by q.id) used;
    if accounts is null then
        return;
    end if;
    perform 1 from quota_accounts where id = any(accounts) order by id for update;
    perform quota_turn(p_at, accounts);
    perform quota_consume(p_node, accounts, amounts, p_at);
end
$$;
