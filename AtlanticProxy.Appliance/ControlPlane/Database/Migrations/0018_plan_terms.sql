-- How a plan is sold: what comes after its traffic, what can be bought on top, and what it lets its customers do.
do $$
declare
    sold regclass;
begin
    foreach sold in array array['plans', 'plan_versions']::regclass[] loop
        execute format($sql$
            alter table %s
                add column overage_price bigint check (overage_price > 0),
                add column carry_over_bytes bigint check (carry_over_bytes > 0),
                add column grace_days integer not null default 3 check (grace_days between 0 and 30),
                add column trial_days integer check (trial_days between 1 and 90),
                add column trial_bytes bigint check (trial_bytes > 0),
                add column deposit bigint check (deposit > 0),
                add column seat_price bigint check (seat_price > 0),
                add column top_up_price bigint check (top_up_price > 0),
                add column package_amounts bigint[] not null default '{}',
                add column package_prices bigint[] not null default '{}',
                add column tier_amounts bigint[] not null default '{}',
                add column tier_prices bigint[] not null default '{}',
                add column dialects text[] not null default '{http,socks5,shadowsocks}'
                    check (dialects <@ '{http,socks5,shadowsocks}' and dialects <> '{}'),
                add column api boolean not null default true,
                add column pausable boolean not null default false,
                add column on_request boolean not null default false$sql$, sold);
    end loop;
end
$$;
alter table plans
    add column hidden boolean not null default false,
    add constraint plans_packages check (cardinality(package_amounts) = cardinality(package_prices)),
    add constraint plans_tiers check (cardinality(tier_amounts) = cardinality(tier_prices)),
    add constraint plans_trial check ((trial_days is null) = (trial_bytes is null));
