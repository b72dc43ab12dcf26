-- What keeps finalised papers as they are, whoever writes.

-- Of a finalised invoice only this changes: whether it is paid, and how much of it was taken back.
create or replace function invoices_guard() returns trigger language plpgsql as $$
begin
    if old.state = 'draft' then
        return case tg_op when 'DELETE' then old else new end;
    end if;
    if tg_op = 'DELETE' or old.kind = 'credit_note' or old.state = 'credited' or new.credited < old.credited
        or (new.state <> old.state and old.state <> 'open')
        or to_jsonb(new) - array['state', 'paid_at', 'credited'] <> to_jsonb(old) - array['state', 'paid_at', 'credited'] then
        raise exception 'Invoice % is finalised: write a credit note instead.', old.id using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create or replace trigger invoices_guard before update or delete on invoices
    for each row execute function invoices_guard();

create or replace function invoice_lines_guard() returns trigger language plpgsql as $$
begin
    if exists (select from invoices where state <> 'draft'
        and id in (case when tg_op <> 'INSERT' then old.invoice_id end, case when tg_op <> 'DELETE' then new.invoice_id end)) then
        raise exception 'The lines of a finalised invoice do not change.' using errcode = 'restrict_violation';
    end if;
    return case tg_op when 'DELETE' then old else new end;
end
$$;
create or replace trigger invoice_lines_guard before insert or update or delete on invoice_lines
    for each row execute function invoice_lines_guard();

create or replace function invoice_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'Papers are written once: % of % is refused.', lower(tg_op), tg_table_name
        using errcode = 'restrict_violation';
end
$$;
create or replace trigger invoices_no_truncate before truncate on invoices
    for each statement execute function invoice_refuse();
create or replace trigger invoice_lines_no_truncate before truncate on invoice_lines
    for each statement execute function invoice_refuse();
create or replace trigger invoice_papers_immutable before update or delete or truncate on invoice_papers
    for each statement execute function invoice_refuse();

-- The next number of a series, and its date: never before that of the number before it, whatever a node's clock says. Whoever
-- else finalises waits until this transaction has ended, so that one that is given up leaves no gap. All series wait for each
-- other: a change of plan takes a credit note's number, writes to the books, and takes an invoice's number; beside a purchase,
-- which takes an invoice's number and then writes to the books, each would wait for the other.
create or replace function invoice_take_number(
    p_kind text, p_at timestamptz, out year integer, out number integer, out issued_at timestamptz
) language sql as $$
    select pg_advisory_xact_lock(hashtext('invoice_numbers'));
    insert into invoice_numbers as n (kind, year, last_number, last_issued_at)
    values (p_kind, extract(year from p_at at time zone 'UTC'), 1, p_at)
    on conflict (kind, year) do update set last_number = n.last_number + 1,
        last_issued_at = greatest(n.last_issued_at, excluded.last_issued_at)
    returning n.year, n.last_number, n.last_issued_at
$$;
