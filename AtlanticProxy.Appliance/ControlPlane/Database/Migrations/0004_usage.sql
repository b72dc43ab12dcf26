-- Bytes by proxy user, provider, country and hour. No foreign keys, on purpose: a batch of usage must be accepted whatever has become of
-- the rows that it speaks of, or one deleted proxy user would hold up everyone's bytes.
create table usage_hourly (
    proxy_user_id bigint not null,
    hour timestamptz not null,
    provider_id bigint not null,
    country text not null,
    bytes_up bigint not null,
    bytes_down bigint not null,
    connections bigint not null,
    primary key (proxy_user_id, hour, provider_id, country)
);
create index usage_hourly_hour on usage_hourly (hour);
create index usage_hourly_provider on usage_hourly (provider_id, hour);

-- A batch is written in one transaction with its row here, so its primary key makes it count once, however often it is sent.
create table usage_batches (
    node text not null,
    sequence bigint not null,
    accepted_at timestamptz not null default now(),
    primary key (node, sequence)
);
create index usage_batches_accepted_at on usage_batches (accepted_at);
