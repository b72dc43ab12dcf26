-- Who changed what: one entry for each row that a person's request or command wrote (Functions/audit_log.sql writes them).
-- Rows are only added.
create table audit_entries (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    author_kind text not null
        constraint audit_entries_author_kind_check check (author_kind in ('staff', 'customer', 'visitor', 'command_line')),
    author text not null,
    user_id bigint, -- no foreign key: the entry outlives the account
    action text not null,
    address inet,
    change text not null constraint audit_entries_change_check check (change in ('added', 'changed', 'removed')),
    object text not null,
    object_id bigint,
    label text not null,
    customer_id bigint, -- no foreign key, as above
    before jsonb not null,
    after jsonb not null
);
create index audit_entries_customer on audit_entries (customer_id, id);
create index audit_entries_object on audit_entries (object, object_id, id);
create index audit_entries_at on audit_entries (at);
