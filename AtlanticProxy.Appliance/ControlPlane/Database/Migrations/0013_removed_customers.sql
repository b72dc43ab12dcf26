-- Removed customers stay as rows, without plan, logins and proxy users: the ledger and usage refer to their ids. Their address is
-- free again.
alter table customers add column deleted_at timestamptz;
alter table customers add constraint customers_deleted_is_empty check (deleted_at is null or (state = 'suspended' and plan_id is null));
drop index customers_email;
create unique index customers_email on customers (email) where deleted_at is null;
