-- Usage by proxy user, provider and country, in three grains. Every batch adds to all three in its one transaction, so they
-- always agree and need no catching up. Partitioned (ensure_partitions), so that what is old goes by dropping a table. No foreign
-- keys, on purpose: a batch must be accepted whatever has become of the rows that it speaks of, or one deleted proxy user would
-- hold up everyone's bytes.

-- By five minutes: the last hours of a chart, kept for days.
create table usage_recent (
    proxy_user_id bigint not null,
    slot timestamptz not null,
    provider_id bigint not null,
    country text not null,
    bytes_up bigint not null,
    bytes_down bigint not null,
    connections bigint not null,
    primary key (proxy_user_id, slot, provider_id, country)
) partition by range (slot);

-- By hour: kept for months.
create table usage_hourly (
    proxy_user_id bigint not null,
    hour timestamptz not null,
    provider_id bigint not null,
    country text not null,
    bytes_up bigint not null,
    bytes_down bigint not null,
    connections bigint not null,
    primary key (proxy_user_id, hour, provider_id, country)
) partition by range (hour);

-- By day (UTC): kept for years.
create table usage_daily (
    proxy_user_id bigint not null,
    day timestamptz not null,
    provider_id bigint not null,
    country text not null,
    bytes_up bigint not null,
    bytes_down bigint not null,
    connections bigint not null,
    primary key (proxy_user_id, day, provider_id, country)
) partition by range (day);

-- A partition of usage_recent is a day, and the last hour a twentieth of it, whatever else narrows it. By customer and proxy user
-- the primary keys serve. No index has a column that counting changes, so an increment stays out of them.
create index usage_recent_slot on usage_recent (slot);
create index usage_hourly_provider on usage_hourly (provider_id, hour);
create index usage_hourly_country on usage_hourly (country, hour);
create index usage_daily_provider on usage_daily (provider_id, day);
create index usage_daily_country on usage_daily (country, day);

-- A batch is written in one transaction with its row here, so its primary key makes it count once, however often it is sent.
create table usage_batches (
    node text not null,
    sequence bigint not null,
    accepted_at timestamptz not null default now(),
    primary key (node, sequence)
);
create index usage_batches_accepted_at on usage_batches (accepted_at);

-- Running totals by provider and day (UTC), written with each batch: caps are looked up here every few seconds.
create table provider_days (
    provider_id bigint not null,
    day date not null,
    bytes bigint not null,
    primary key (provider_id, day)
) with (fillfactor = 50);

-- Which hosts a proxy user reached, by day (UTC): those with the most bytes, never more than a hundred a day, merged from the
-- nodes' sketches. Kept as long as usage by day, or not at all (Usage:TargetDomains).
create table usage_targets (
    proxy_user_id bigint not null,
    day timestamptz not null,
    host text not null,
    bytes bigint not null,
    -- What may have been moved besides, while others crowded this host out.
    error bigint not null,
    connections bigint not null,
    primary key (proxy_user_id, day, host)
) partition by range (day);
