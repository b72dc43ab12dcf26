-- Customers of customers: who stops with whom, and how traffic moves from a seller to its customers and back.

create or replace function customer_is_stopped(c customers, p_at timestamptz) returns boolean language sql immutable as $$
    select c.state = 'suspended' or c.held_by_seller or c.plan_ended or coalesce(c.plan_ends_at <= p_at, false)
        or c.deleted_at is not null
$$;

-- Whether this seller, or its own, is stopped: then its customers are not served.
create or replace function seller_is_stopped(p_seller bigint, p_at timestamptz) returns boolean language sql stable as $$
    select exists (select from customers s left join customers above on above.id = s.seller_id
        where s.id = p_seller and (customer_is_stopped(s, p_at) or above.id is not null and customer_is_stopped(above, p_at)))
$$;

-- A customer is sold to by whom it began with, at most two levels below the operator.
create or replace function place_sold_customer() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if (old.seller_id, old.resale_level) is distinct from (new.seller_id, new.resale_level) then
            raise exception 'A customer does not change its seller.' using errcode = 'restrict_violation';
        end if;
        return new;
    end if;
    new.resale_level := 0;
    if new.seller_id is not null then
        new.resale_level := (select resale_level + 1 from customers
            where id = new.seller_id and may_resell and deleted_at is null);
        if new.resale_level is null then
            raise exception 'Customer % may not resell.', new.seller_id using errcode = 'restrict_violation';
        end if;
    end if;
    return new;
end
$$;
create or replace trigger customers_seller before insert or update of seller_id, resale_level on customers
    for each row execute function place_sold_customer();

-- A seller's customers have its plan: its rights and limits, and no traffic of its own.
create or replace function resale_follow_plan() returns trigger language plpgsql as $$
begin
    update customers set plan_id = new.plan_id where seller_id = new.id and deleted_at is null;
    return null;
end
$$;
create or replace trigger customers_resale_plan after update on customers
    for each row when (old.plan_version_id is distinct from new.plan_version_id) execute function resale_follow_plan();

-- Nodes read those again who stop, or go on, with their seller.
create or replace function notify_sold_customers() returns trigger language plpgsql as $$
begin
    perform pg_notify('atlantic_snapshot', 'customers:' || c.id) from customers c
    where c.seller_id = new.id or c.seller_id in (select id from customers where seller_id = new.id);
    return null;
end
$$;
create or replace trigger customers_resale_stop after update on customers
    for each row when ((old.state, old.held_by_seller, old.plan_ended, old.deleted_at)
        is distinct from (new.state, new.held_by_seller, new.plan_ended, new.deleted_at))
    execute function notify_sold_customers();

-- What is reserved of a grant ends with it at the latest, and goes on with it where it was to end with it.
create or replace function grants_follow_parent() returns trigger language plpgsql as $$
begin
    update grants set valid_until = case when new.valid_until is not null then greatest(new.valid_until, valid_from) end
    where parent_id = new.id and (valid_until is not distinct from old.valid_until or valid_until > new.valid_until
        or valid_until is null);
    perform quota_refilled(q.id) from grants g join quota_accounts q on q.customer_id = g.customer_id
        and q.proxy_user_id is not distinct from g.proxy_user_id where g.parent_id = new.id;
    return null;
end
$$;
create or replace trigger grants_ends after update of valid_until on grants
    for each row when (old.valid_until is distinct from new.valid_until) execute function grants_follow_parent();

-- Locks the accounts of a customer and its seller: always in the order of their ids.
create or replace function resale_lock(p_customer bigint) returns void language plpgsql as $$
begin
    perform 1 from quota_accounts q join customers c on q.customer_id in (c.id, c.seller_id)
    where c.id = p_customer and q.proxy_user_id is null order by q.id for update of q;
end
$$;

-- Moves traffic of a seller's grants to one of its customers, in the order of drawing, to be used until p_until at the latest.
-- Answers the bytes that moved: fewer than asked for when not so many are free of use, leases and reservations.
create or replace function resale_reserve(p_customer bigint, p_amount bigint, p_until timestamptz, p_at timestamptz)
    returns bigint language plpgsql as $$
declare
    seller bigint := (select seller_id from customers where id = p_customer);
    a quota_accounts;
    part record;
    moved bigint := 0;
begin
    perform resale_lock(p_customer);
    perform quota_turn(p_at, coalesce(array_agg(id), '{}')) from quota_accounts
    where customer_id = seller and proxy_user_id is null;
    select * into a from quota_accounts where customer_id = seller and proxy_user_id is null;
    if not found or a.measure <> 'bytes' then
        return 0;
    end if;
    for part in select * from account_split(a, p_amount, p_at) where grant_id <> 0 loop
        update grants set amount = amount - part.amount, reserved = reserved + part.amount where id = part.grant_id;
        insert into grants (customer_id, measure, amount, origin, priority, valid_from, valid_until, parent_id)
        select p_customer, measure, part.amount, 'resale', priority, p_at, least(valid_until, p_until), id
        from grants where id = part.grant_id;
        moved := moved + part.amount;
    end loop;
    perform quota_refilled(id) from quota_accounts where customer_id = p_customer;
    return moved;
end
$$;

-- Gives bytes of a reserved grant back to the one that they are of.
create or replace function grant_give_back(p_grant bigint, p_amount bigint) returns void language plpgsql as $$
begin
    update grants set amount = amount - p_amount where id = p_grant;
    update grants set amount = amount + p_amount, reserved = reserved - p_amount
    where id = (select parent_id from grants where id = p_grant);
end
$$;

-- Gives what a customer has not used of its seller's traffic back to the seller's grants. What nodes hold, its proxy users'
-- shares, and what it has sold on itself counts as used. Answers the bytes.
create or replace function resale_return(p_customer bigint, p_at timestamptz) returns bigint language plpgsql as $$
declare
    own quota_accounts;
    part record;
    returned bigint := 0;
begin
    perform resale_lock(p_customer);
    select * into own from quota_accounts where customer_id = p_customer and proxy_user_id is null;
    for part in select p.* from account_parts(own, p_at) p join grants g on g.id = p.grant_id
        where p.free > 0 and g.origin = 'resale' loop
        perform grant_give_back(part.grant_id, part.free);
        returned := returned + part.free;
    end loop;
    perform quota_refilled(q.id) from customers c join quota_accounts q on q.customer_id = c.seller_id where c.id = p_customer;
    return returned;
end
$$;

-- The same when the customer is removed: its account goes with it.
create or replace function resale_close(p_customer bigint, p_at timestamptz) returns bigint language plpgsql as $$
declare
    returned bigint := resale_return(p_customer, p_at);
begin
    delete from quota_accounts where customer_id = p_customer;
    return returned;
end
$$;

-- Whether a grant, or one that it is of, is still good.
create or replace function grant_is_rooted(p_grant bigint, p_at timestamptz) returns boolean language sql stable as $$
    with recursive line as (
        select id, parent_id, valid_until from grants where id = p_grant
        union all
        select g.id, g.parent_id, g.valid_until from grants g join line on g.id = line.parent_id
    )
    select exists (select from line where valid_until is null or valid_until > p_at)
$$;

-- Gives back what is left of a customer's grants, and of its proxy users' shares of them, that ended before the grants that they
-- are of. Leases of those grants must be over (15 minutes). Answers the bytes.
create or replace function resale_return_ended(p_customer bigint, p_at timestamptz) returns bigint language plpgsql as $$
declare
    kind text;
    ended record;
    returned bigint := 0;
begin
    perform 1 from quota_accounts q join customers c on q.customer_id = c.id
        or q.customer_id = c.seller_id and q.proxy_user_id is null
    where c.id = p_customer order by q.id for update of q;
    foreach kind in array array['share', 'resale'] loop -- shares first: what they give back goes on
        for ended in
            select g.id, g.amount - g.used as rest from grants g
            where g.customer_id = p_customer and g.origin = kind and g.amount > g.used
                and g.valid_until between p_at - interval '8 days' and p_at - interval '15 minutes'
                and grant_is_rooted(g.parent_id, p_at)
        loop
            perform grant_give_back(ended.id, ended.rest);
            returned := returned + case kind when 'resale' then ended.rest else 0 end;
        end loop;
    end loop;
    perform quota_refilled(q.id) from customers c join quota_accounts q on q.customer_id = c.seller_id where c.id = p_customer;
    return returned;
end
$$;

-- Who has something to give back, the lowest first: what comes to a seller goes on to the seller's own.
create or replace function resale_ended(p_at timestamptz) returns table (customer_id bigint, email text)
language sql stable as $$
    select c.id, c.email from customers c where c.id in (
        select g.customer_id from grants g where g.origin = 'resale'
            and g.valid_until between p_at - interval '8 days' and p_at - interval '15 minutes'
            and (g.amount > g.used or g.reserved > 0) and grant_is_rooted(g.parent_id, p_at))
    order by c.resale_level desc, c.id
$$;

-- What a seller has to sell, what its customers have and did not use (or sold on), and what it gave them altogether, less what
-- came back: bytes.
create or replace function resale_stock(p_seller bigint, p_at timestamptz, out stock bigint, out reserved bigint,
    out sold bigint) language sql stable as $$
    select coalesce((select sum(greatest(p.free, 0)) from quota_accounts q, account_parts(q, p_at) p
            where q.customer_id = p_seller and q.proxy_user_id is null and q.measure = 'bytes' and p.grant_id <> 0), 0)::bigint,
        coalesce(sum(g.amount + g.reserved - g.used) filter (where g.valid_until is null or g.valid_until > p_at), 0)::bigint,
        coalesce(sum(g.amount + g.reserved), 0)::bigint
    from grants g join customers c on c.id = g.customer_id
    where c.seller_id = p_seller and g.origin = 'resale'
$$;
