-- What support reads of single connections: one row an ending, partitioned by the day of its end (ensure_partitions), so that
-- what is old goes by dropping a table. No foreign keys: a row must be accepted whatever has become of those it speaks of.
create table connection_log (
    proxy_user_id bigint not null,
    ended_at timestamptz not null,
    id bigint not null generated always as identity,
    duration_ms bigint not null,
    outcome text not null,
    refused boolean not null,
    detail text,
    client_address inet not null,
    host text not null,
    port integer not null,
    provider_id bigint not null,
    country text not null,
    bytes_up bigint not null,
    bytes_down bigint not null,
    -- Read backwards, it is the last connections of a proxy user.
    primary key (proxy_user_id, ended_at, id)
) partition by range (ended_at);
create index connection_log_refused on connection_log (proxy_user_id, ended_at) where refused;
