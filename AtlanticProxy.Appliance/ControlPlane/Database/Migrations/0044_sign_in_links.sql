-- Links that sign a customer's owner in once, for who has signed in to the seller's shop.
create table sign_in_links (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    user_id bigint not null references users on delete cascade,
    -- The user's, as it was: another password or role ends the link.
    security_stamp text not null,
    expires_at timestamptz not null
);
create index sign_in_links_user_id on sign_in_links (user_id);
create index sign_in_links_expires_at on sign_in_links (expires_at);
