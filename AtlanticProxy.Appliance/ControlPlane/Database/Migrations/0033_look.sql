-- How the portal looks to customers, and what strangers read before they sign up.
alter table site
    add column accent text constraint site_accent_check check (accent ~ '^#[0-9a-f]{6}$'),
    add column logo bytea constraint site_logo_check check (octet_length(logo) between 1 and 262144),
    add column support_email text,
    add column landing boolean not null default false,
    add column pitch text not null default '' constraint site_pitch_check check (length(pitch) <= 120),
    add column about text not null default '' constraint site_about_check check (length(about) <= 1000),
    add column terms text not null default '' constraint site_terms_check check (length(terms) <= 100000),
    add column privacy text not null default '' constraint site_privacy_check check (length(privacy) <= 100000);
