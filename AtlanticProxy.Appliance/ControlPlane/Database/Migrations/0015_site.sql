-- What this service is called, where people reach it, and how far its setup has come. Null: not set here.
create table site (
    only_row boolean primary key default true check (only_row),
    brand_name text check (char_length(brand_name) between 1 and 40),
    host_name text check (char_length(host_name) between 1 and 253),
    acme_email text,
    acme_terms_agreed_at timestamptz,
    setup_token_hash bytea check (octet_length(setup_token_hash) = 32),
    setup_token_expires_at timestamptz,
    setup_token_used_at timestamptz,
    setup_finished_at timestamptz,
    changed_at timestamptz not null,
    constraint site_certificate check (
        (acme_email is null) = (acme_terms_agreed_at is null) and (acme_email is null or host_name is not null)),
    constraint site_setup_token check ((setup_token_hash is null) = (setup_token_expires_at is null))
);

-- Whoever has an owner already has set the appliance up.
insert into site (setup_finished_at, changed_at)
select case when exists (select from users where role = 'Owner') then now() end, now();
