-- What finer targeting adds to an hour, in percent of one, and what of the present minute is paid for.
do $$
declare
    sold regclass;
begin
    foreach sold in array array['plans', 'plan_versions', 'quota_accounts']::regclass[] loop
        execute format($sql$
            alter table %s
                add column city_surcharge integer not null default 0 check (city_surcharge between 0 and 1000),
                add column state_surcharge integer not null default 0 check (state_surcharge between 0 and 1000),
                add column asn_surcharge integer not null default 0 check (asn_surcharge between 0 and 1000)$sql$, sold);
    end loop;
end
$$;
alter table quota_accounts
    -- What was paid for with last_minute: 1 city, 2 state, 4 ASN.
    add column last_targeting integer not null default 0 check (last_targeting between 0 and 7),
    -- Hundredths of a minute of surcharges that do not make one yet.
    add column surcharge_rest integer not null default 0 check (surcharge_rest between 0 and 99);
create type minute_due as (account_id bigint, minutes bigint, targeting integer, rest integer);
drop function if exists lease_take(text, bigint, bigint, interval, timestamptz);
