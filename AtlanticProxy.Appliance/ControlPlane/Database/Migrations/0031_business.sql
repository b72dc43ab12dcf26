-- Revenue is added up, and sign-ups are counted, by time.
create index ledger_transactions_created_at on ledger_transactions (created_at);
create index customers_created_at on customers (created_at);
