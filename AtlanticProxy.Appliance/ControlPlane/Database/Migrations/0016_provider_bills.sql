-- What providers say that was bought of them, by day (UTC).
create table provider_bills (
    provider_id bigint not null references providers,
    day date not null,
    bytes bigint not null check (bytes >= 0),
    source text not null check (char_length(source) between 1 and 60),
    entered_at timestamptz not null,
    alarmed_at timestamptz,
    primary key (provider_id, day)
);
create index provider_bills_day on provider_bills (day);

-- Some events are the reseller's own.
alter table events alter column customer_id drop not null, drop constraint events_kind_check,
    add constraint events_kind_check check (kind in ('quota_warning', 'quota_exhausted', 'provider_drift')),
    add constraint events_owner check ((customer_id is null) = (kind = 'provider_drift'));
