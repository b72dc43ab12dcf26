-- What keeps the ledger right, whoever writes to it.

-- Nothing that was written is ever changed: a mistake is put right by another transaction.
create or replace function ledger_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'The ledger is written once: % of % is refused.', lower(tg_op), tg_table_name
        using errcode = 'restrict_violation';
end
$$;
create or replace trigger ledger_transactions_immutable before update or delete or truncate on ledger_transactions
    for each statement execute function ledger_refuse();
create or replace trigger ledger_entries_immutable before update or delete or truncate on ledger_entries
    for each statement execute function ledger_refuse();

-- The cached balance follows its entries and nothing else.
create or replace function ledger_apply_entry() returns trigger language plpgsql as $$
begin
    update ledger_accounts a set balance = a.balance + new.amount,
        -- Spending takes what was given first; a refund, or a lost dispute, takes what was paid, and whoever posts it sees to
        -- that.
        bonus = case when a.kind <> 'wallet' then 0
            when new.amount < 0 and t.kind not in ('refund', 'dispute') then greatest(a.bonus + new.amount, 0)
            when t.kind = 'bonus' then a.bonus + new.amount
            else a.bonus end
        from ledger_transactions t
        where a.id = new.account_id and t.id = new.transaction_id returning a.balance into new.balance_after;
    return new;
end
$$;
create or replace trigger ledger_entries_apply before insert on ledger_entries
    for each row execute function ledger_apply_entry();

-- An account begins with nothing, and only its entries change it.
create or replace function ledger_guard_account() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.balance <> 0 then
            raise exception 'A ledger account begins with nothing.' using errcode = 'restrict_violation';
        end if;
    elsif (new.kind, new.customer_id, new.currency) is distinct from (old.kind, old.customer_id, old.currency)
        or pg_trigger_depth() < 2 then
        raise exception 'A ledger account changes by its entries only.' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create or replace trigger ledger_accounts_guard before insert or update on ledger_accounts
    for each row execute function ledger_guard_account();

-- At commit every transaction has the entries that it said, which sum to zero in each currency. Entries that come later find it
-- complete.
create or replace function ledger_check_transaction() returns trigger language plpgsql as $$
declare
    checked bigint := case tg_table_name when 'ledger_entries' then (to_jsonb(new) ->> 'transaction_id')::bigint
        else (to_jsonb(new) ->> 'id')::bigint end;
begin
    if (select count(*) from ledger_entries where transaction_id = checked) <> (select lines from ledger_transactions
        where id = checked) then
        raise exception 'Ledger transaction % has not the entries that it says.', checked using errcode = 'check_violation';
    end if;
    if exists (
        select 1 from ledger_entries e join ledger_accounts a on a.id = e.account_id
        where e.transaction_id = checked group by a.currency having sum(e.amount) <> 0
    ) then
        raise exception 'Ledger transaction % does not sum to zero.', checked using errcode = 'check_violation';
    end if;
    return null;
end
$$;
drop trigger if exists ledger_transactions_sum on ledger_transactions;
create constraint trigger ledger_transactions_sum after insert on ledger_transactions deferrable initially deferred
    for each row execute function ledger_check_transaction();
drop trigger if exists ledger_entries_sum on ledger_entries;
create constraint trigger ledger_entries_sum after insert on ledger_entries deferrable initially deferred
    for each row execute function ledger_check_transaction();

-- The id of an account, which is made when it is first asked for.
create or replace function ledger_account(p_kind text, p_customer bigint, p_currency text) returns bigint language plpgsql as $$
declare
    found_id bigint;
begin
    loop
        select id into found_id from ledger_accounts
        where kind = p_kind and coalesce(customer_id, 0) = coalesce(p_customer, 0) and currency = p_currency;
        if found then
            return found_id;
        end if;
        insert into ledger_accounts (kind, customer_id, currency) values (p_kind, p_customer, p_currency) on conflict do nothing;
    end loop;
end
$$;

-- What of a customer's wallet is spoken for, in minor units: what tunnels have used, or may use of their leases. Locks whatever
-- could change that, so it is called before any account is locked.
create or replace function ledger_held(p_customer bigint, p_currency text) returns bigint language plpgsql as $$
declare
    a quota_accounts;
begin
    select * into a from quota_accounts where customer_id = p_customer and proxy_user_id is null and price is not null
        and currency = p_currency for update;
    if not found then
        return 0;
    end if;
    return ceil(((a.unsettled + coalesce((select sum(amount) from quota_leases where account_id = a.id and grant_id = 0
        and expires_at > clock_timestamp()), 0))::numeric * a.price + a.remainder)
        / quota_divisor(a.measure));
end
$$;

-- Writes one transaction, once for each key. The first line's balance after it is what the caller is told.
-- AL001: the key was used for another request. AL002: a wallet or deposit has not got that much to spend.
create or replace function ledger_post(
    p_key text, p_request_hash bytea, p_kind text, p_memo text, p_at timestamptz, p_currency text,
    p_accounts text[], p_customers bigint[], p_amounts bigint[], p_within_balance boolean,
    out transaction_id bigint, out balance bigint, out replayed boolean
) language plpgsql as $$
declare
    present ledger_transactions;
    entry record;
    lowest bigint[];
    after bigint;
begin
    insert into ledger_transactions (kind, idempotency_key, request_hash, memo, lines, created_at)
    values (p_kind, p_key, p_request_hash, p_memo, cardinality(p_amounts), p_at)
    on conflict (idempotency_key) do nothing returning id into transaction_id;
    replayed := transaction_id is null;

    if replayed then
        select * into present from ledger_transactions where idempotency_key = p_key;
        if present.request_hash <> p_request_hash then
            raise exception 'The idempotency key was used for another request.' using errcode = 'AL001';
        end if;
        transaction_id := present.id;
        select balance_after into balance from ledger_entries e where e.transaction_id = present.id and e.line = 1;
        return;
    end if;

    for i in 1 .. cardinality(p_amounts) loop
        lowest[i] := case when p_amounts[i] < 0 and p_accounts[i] = 'wallet' then ledger_held(p_customers[i], p_currency)
            else 0 end;
    end loop;

    -- Accounts are locked in the order of their ids, so that two transactions cannot wait for each other.
    for entry in
        select l.line, ledger_account(l.kind, l.customer, p_currency) as account, l.amount, l.customer
        from unnest(p_accounts, p_customers, p_amounts) with ordinality l(kind, customer, amount, line)
        order by 2, 1
    loop
        insert into ledger_entries (transaction_id, line, account_id, amount, balance_after)
        values (ledger_post.transaction_id, entry.line, entry.account, entry.amount, 0) returning balance_after into after;
        if p_within_balance and entry.customer is not null and entry.amount < 0 and after < lowest[entry.line] then
            raise exception 'Not enough to spend.' using errcode = 'AL002';
        end if;
        if entry.line = 1 then
            balance := after;
        end if;
    end loop;
end
$$;
