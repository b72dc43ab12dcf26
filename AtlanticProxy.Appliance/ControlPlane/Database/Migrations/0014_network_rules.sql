-- Rules on addresses and networks. A domain that is an address has forbidden nothing so far: it becomes what was meant.
alter table destination_rules drop constraint destination_rules_kind_check;
update destination_rules rule set kind = 'network'
where kind in ('domain', 'suffix')
    and value ~ '^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])([.]|$)){4}$' and right(value, 1) <> '.'
    and not exists (
        select from destination_rules other
        where other.proxy_user_id is not distinct from rule.proxy_user_id and other.value = rule.value
            and other.kind in ('domain', 'suffix') and other.id < rule.id);
alter table destination_rules
    add constraint destination_rules_kind_check check (kind in ('port', 'domain', 'suffix', 'category', 'network')),
    -- The cast refuses what is no network, or has bits beyond its prefix.
    add constraint destination_rules_network check (case when kind = 'network' then value::cidr is not null else true end);
