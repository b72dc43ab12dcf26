-- Rules of a plan's customers and of one customer, a note with each, and how often each refused something.
alter table destination_rules
    add column plan_id bigint references plans,
    add column customer_id bigint references customers,
    add column note text not null default ''
        constraint destination_rules_note_check check (char_length(note) <= 200),
    add constraint destination_rules_owner_check check (num_nonnulls(proxy_user_id, customer_id, plan_id) <= 1);
drop index destination_rules_once;
create unique index destination_rules_once
    on destination_rules (coalesce(proxy_user_id, 0), coalesce(customer_id, 0), coalesce(plan_id, 0), kind, value);
create index destination_rules_plan_id on destination_rules (plan_id);
create index destination_rules_customer_id on destination_rules (customer_id);

-- Of the connections that the log has: it samples, so a rule refused at least as many.
create table destination_rule_hits (
    rule_id bigint not null references destination_rules on delete cascade,
    day date not null,
    hits bigint not null,
    primary key (rule_id, day)
);
create index destination_rule_hits_day on destination_rule_hits (day);
