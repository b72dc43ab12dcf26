-- The accounts that a business keeps, who is billed, and events of any kind. The signs are in Ledger/LedgerAccount.cs.
alter table ledger_accounts
    drop constraint ledger_accounts_kind_check,
    drop constraint ledger_accounts_owner,
    -- The part of a wallet that was given and not paid for: spent first, never refunded. Kept by Functions/ledger.sql.
    add column bonus bigint not null default 0 check (bonus >= 0),
    add constraint ledger_accounts_kind_check check (kind in ('wallet', 'deposit', 'receivable', 'revenue', 'tax_payable',
        'payments_clearing', 'bank', 'fees', 'disputes_held', 'losses', 'commission_expense', 'marketing', 'unallocated',
        'adjustments')),
    add constraint ledger_accounts_owner check ((customer_id is not null) = (kind in ('wallet', 'deposit', 'receivable')));

alter table ledger_transactions
    drop constraint ledger_transactions_kind_check,
    add constraint ledger_transactions_kind_check check (kind in ('credit', 'charge', 'usage', 'payment', 'refund', 'invoice',
        'invoice_payment', 'credit_note', 'deposit', 'dispute', 'commission', 'bonus', 'allocation', 'fee', 'payout'));

alter table customers
    -- Null until the first purchase; then all that the customer pays is in it.
    add column currency text check (currency ~ '^[A-Z]{3}$'),
    -- Of IANA. Periods begin and end at its midnight.
    add column time_zone text not null default 'UTC' check (char_length(time_zone) between 1 and 64),
    add column language text not null default 'en' check (language in ('en', 'fr')),
    add column company text not null default '' check (char_length(company) <= 100),
    add column street_address text not null default '' check (char_length(street_address) <= 300),
    add column country text check (country ~ '^[A-Z]{2}$'),
    add column vat_id text check (vat_id ~ '^[A-Z]{2}[0-9A-Z]{2,13}$');

alter table events
    drop constraint events_kind_check,
    drop constraint events_owner,
    add constraint events_kind_check check (kind ~ '^[a-z][a-z_]{2,59}$');
