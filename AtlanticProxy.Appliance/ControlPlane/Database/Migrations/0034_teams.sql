-- The people of a customer: what each may do, whom they invite, and what they set for themselves.

-- Null for staff. Whoever could sign in for a customer until now could do everything.
alter table users add column member_role text check (member_role in ('owner', 'admin', 'billing', 'developer', 'viewer'));
update users set member_role = 'owner' where customer_id is not null;
alter table users add constraint users_member_role check ((customer_id is not null) = (member_role is not null));

-- Since when a customer's people need a second factor; null: they do not.
alter table customers
    add column second_factor_since timestamptz,
    -- Mails that the customer has turned off.
    add column muted_mails text[] not null default '{}';

-- Of any number of people, no longer of a customer's first only. One an address: the last that was sent counts.
alter table invitations
    drop constraint invitations_pkey,
    add column id bigint generated always as identity primary key,
    add column email text check (email = lower(email) and char_length(email) between 3 and 254),
    add column member_role text not null default 'owner'
        check (member_role in ('owner', 'admin', 'billing', 'developer', 'viewer')),
    -- Null: by staff. Who is removed leaves no way back in.
    add column invited_by bigint references users on delete cascade;
update invitations set email = customers.email from customers where customers.id = invitations.customer_id;
alter table invitations alter column email set not null, alter column member_role drop default;
create unique index invitations_customer_id on invitations (customer_id, email);
create index invitations_invited_by on invitations (invited_by);

-- New addresses of people that wait for their proof. One a person: the last that was asked for counts.
create table email_changes (
    user_id bigint primary key references users on delete cascade,
    token_hash bytea not null check (octet_length(token_hash) = 32),
    email text not null check (email = lower(email) and char_length(email) between 3 and 254),
    -- The user's, as it was: another password or role ends the link.
    security_stamp text not null,
    expires_at timestamptz not null
);
create unique index email_changes_token_hash on email_changes (token_hash);
create index email_changes_expires_at on email_changes (expires_at);

do $$
declare
    of regclass;
begin
    foreach of in array array['mail_templates', 'mails']::regclass[] loop
        execute format('alter table %s drop constraint %s_template_check', of, of);
        execute format($sql$
            alter table %s add constraint %s_template_check check (template in ('welcome', 'verify', 'reset', 'receipt',
                'invoice', 'trial_ending', 'renewal_reminder', 'payment_failed', 'quota80', 'quota100', 'cancelled',
                'deposit_refunded', 'new_sign_in', 'win_back', 'staff_alarm', 'invitation', 'account_exists',
                'team_invitation', 'confirm_email', 'email_changed'))$sql$, of, of);
    end loop;
end
$$;
