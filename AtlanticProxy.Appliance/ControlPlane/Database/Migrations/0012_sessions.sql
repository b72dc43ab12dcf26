-- Sessions of the portal. The browser's cookie names one; signing out deletes it, and then the cookie is worth nothing.
create table user_sessions (
    key_hash bytea primary key check (octet_length(key_hash) = 32),
    user_id bigint not null references users on delete cascade,
    security_stamp text not null,
    ticket bytea not null,
    address inet,
    user_agent text not null check (char_length(user_agent) <= 200),
    created_at timestamptz not null,
    renewed_at timestamptz not null,
    expires_at timestamptz not null
);
create index user_sessions_user_id on user_sessions (user_id);
create index user_sessions_expires_at on user_sessions (expires_at);

-- Networks that users have signed in from: they are served while strangers guess at the password.
create table user_networks (
    user_id bigint not null references users on delete cascade,
    network cidr not null,
    signed_in_at timestamptz not null,
    primary key (user_id, network)
);
