-- What customers watch: how their connections ended, and who signed in.

-- How long it took to an exit that was ready; null where none was reached, or an open one was used again.
alter table connection_log add column connect_ms integer;

-- What was served and broke off, or was cut: few among many.
create index connection_log_failed on connection_log (proxy_user_id, ended_at)
    where not refused and outcome not in ('Completed', 'ClientReset');

-- The connection log by hour, kept as long as usage by hour: what pages add up is too much to count row by row. Connect times are
-- in buckets (ConnectTime), of which the median is told to a few percent; -1 where none was measured.
create table connection_hours (
    proxy_user_id bigint not null,
    hour timestamptz not null,
    country text not null,
    outcome text not null,
    connect_bucket smallint not null,
    refused boolean not null,
    connections bigint not null,
    primary key (proxy_user_id, hour, country, outcome, connect_bucket)
) partition by range (hour);

-- Tries to sign in by people who have an account.
create table sign_ins (
    id bigint generated always as identity primary key,
    user_id bigint not null references users on delete cascade,
    tried_at timestamptz not null,
    address inet,
    browser text not null,
    result text not null check (result in ('signed_in', 'wrong_password', 'wrong_code'))
);
create index sign_ins_user_id on sign_ins (user_id, tried_at);
create index sign_ins_tried_at on sign_ins (tried_at);
