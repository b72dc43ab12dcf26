-- What a commission should come to, in minor units: of the invoice without tax, less what its credit notes took back; rounded
-- half up.
create or replace function commission_due(c commissions) returns bigint language sql stable as $$
    select round((i.net + coalesce((select sum(n.net) from invoices n where n.credits_id = i.id), 0))
        * c.basis_points / 10000.0)::bigint
    from invoices i where i.id = c.invoice_id
$$;
