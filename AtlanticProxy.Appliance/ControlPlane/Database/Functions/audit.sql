-- What the nightly proofs of the books ask with.

-- How a finding names a customer, also one who has left.
create or replace function customer_label(p_customer bigint) returns text language sql stable as
    $$select email || ' (customer ' || id || ')' from customers where id = p_customer$$;

-- How a finding names a paper: invoice 2026-000142, credit note CN-2026-000007, draft 5.
create or replace function paper_label(p invoices) returns text language sql immutable as $$
    select case when p.number is null then 'draft ' || p.id
        else case p.kind when 'credit_note' then 'credit note CN-' else 'invoice ' end
            || p.year || '-' || to_char(p.number, 'FM000000') end
$$;

-- What was booked in accounts of some kinds under keys that begin alike, by what comes next in the key: of refund/ap-1/failed,
-- ap-1. What staff move by hand has keys of their own, and is no part of it.
create or replace function ledger_booked(p_key text, p_accounts text[]) returns table (name text, currency text, amount bigint)
language sql stable as $$
    select split_part(t.idempotency_key, '/', 2), a.currency, sum(e.amount)::bigint
    from ledger_transactions t join ledger_entries e on e.transaction_id = t.id join ledger_accounts a on a.id = e.account_id
    where starts_with(t.idempotency_key, p_key || '/') and t.kind not in ('credit', 'charge') and a.kind = any(p_accounts)
    group by 1, 2
$$;

-- What was given to use by what was bought, with what is reserved of it.
create or replace function grants_given()
    returns table (origin text, origin_id bigint, valid_from timestamptz, customer_id bigint, measure text, amount bigint)
language sql stable as $$
    select origin, origin_id, valid_from, customer_id, measure, sum(amount + reserved)::bigint
    from grants where origin_id is not null group by 1, 2, 3, 4, 5
$$;

-- Bytes that can be used beyond a grant or a wallet: under 1 MB a node (docs/reference.md, Limits and quotas).
create or replace function quota_slack() returns bigint language sql stable as
    $$select 1000000 * greatest(count(distinct node), 1) from usage_batches where accepted_at > now() - interval '2 days'$$;
