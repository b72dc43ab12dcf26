-- What people get by mail to come into an account: links to choose another password, invitations, and proofs of an address before
-- there is an account. Links are random and long, and kept as their SHA-256.
create table password_resets (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    -- Null: asked for with an address that nobody has. Written all the same, so that asking takes as long.
    user_id bigint references users on delete cascade,
    -- The user's, as it was: another password or role ends the link.
    security_stamp text not null,
    expires_at timestamptz not null
);
create index password_resets_user_id on password_resets (user_id);
create index password_resets_expires_at on password_resets (expires_at);

-- Null: never. Whoever signs in for the first time is not warned of that.
alter table users add column last_signed_in_at timestamptz;
update users set last_signed_in_at = seen.at
from (select user_id, max(signed_in_at) as at from user_networks group by user_id) seen where seen.user_id = users.id;

-- Customers who are to choose a password. One a customer: the last that was sent counts.
create table invitations (
    customer_id bigint primary key references customers,
    token_hash bytea not null check (octet_length(token_hash) = 32),
    expires_at timestamptz not null,
    created_at timestamptz not null
);
create unique index invitations_token_hash on invitations (token_hash);
create index invitations_expires_at on invitations (expires_at);

-- Who wants an account and has not proved the address yet. There is neither a customer nor a user of it.
create table sign_ups (
    -- Of the link in the mail.
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    -- Of what the page has that asks for the code.
    page_hash bytea not null check (octet_length(page_hash) = 32),
    -- SHA-256 of the page's key with the code: the code alone is short.
    code_hash bytea not null check (octet_length(code_hash) = 32),
    wrong_codes integer not null default 0,
    email text not null check (email = lower(email) and char_length(email) between 3 and 254),
    company text not null check (char_length(company) <= 100),
    -- In ASP.NET Core Identity's form.
    password_hash text not null,
    terms_agreed_at timestamptz,
    -- There is an account with this address: the mail says so, and nothing opens this.
    is_taken boolean not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create unique index sign_ups_page_hash on sign_ups (page_hash);
create index sign_ups_expires_at on sign_ups (expires_at);

-- Who may get an account, and as what.
alter table site
    add column sign_up text not null default 'off' check (sign_up in ('off', 'invitation', 'on')),
    -- Of who signs up; null: none yet.
    add column sign_up_plan_id bigint references plans,
    -- Where the terms are that people agree to; null: there are none.
    add column terms_url text check (char_length(terms_url) between 1 and 500);
create index site_sign_up_plan_id on site (sign_up_plan_id);

-- When whoever signed up agreed to the terms.
alter table customers add column terms_agreed_at timestamptz;

do $$
declare
    of regclass;
begin
    foreach of in array array['mail_templates', 'mails']::regclass[] loop
        execute format('alter table %s drop constraint %s_template_check', of, of);
        execute format($sql$
            alter table %s add constraint %s_template_check check (template in ('welcome', 'verify', 'reset', 'receipt',
                'invoice', 'trial_ending', 'renewal_reminder', 'payment_failed', 'quota80', 'quota100', 'cancelled',
                'deposit_refunded', 'new_sign_in', 'win_back', 'staff_alarm', 'invitation', 'account_exists'))$sql$, of, of);
    end loop;
end
$$;
