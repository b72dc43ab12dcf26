-- What was backed up, what somebody asked for, and what went wrong. Of a database that was restored: up to the backup it is from.
create table backups (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('nightly', 'upgrade', 'demand')),
    asked_at timestamptz not null,
    -- Null: somebody waits for it, or it is being made.
    ended_at timestamptz,
    -- Null: there is no file of it.
    made_at timestamptz,
    failure text,
    -- The machine that made it, and where its file is there.
    node text not null default '',
    file text not null default '',
    bytes bigint not null default 0,
    sha256 text not null default '',
    version text not null default '',
    -- Public key of age; empty where it is not encrypted.
    recipient text not null default '',
    -- Empty: nowhere but there.
    remote text not null default '',
    upload_verified_at timestamptz,
    -- When its file was removed, since newer ones are there.
    removed_at timestamptz,
    check (made_at is null or ended_at is not null),
    check (ended_at is null or made_at is not null or failure is not null)
);
create index backups_asked_at on backups (asked_at);

-- Backups that were restored to prove that they can be.
create table restore_drills (
    id bigint generated always as identity primary key,
    asked_at timestamptz not null,
    ended_at timestamptz,
    -- Which one; null while it is not begun, and where there was none.
    backup_id bigint references backups on delete set null,
    took_ms bigint check (took_ms >= 0),
    -- Compared with those that were there when it was made.
    row_count bigint,
    failure text,
    -- What this drill could not prove; null where that is nothing.
    unproven text,
    check (failure is not null or ended_at is null or took_ms is not null)
);
create index restore_drills_asked_at on restore_drills (asked_at);
create index restore_drills_backup_id on restore_drills (backup_id);
