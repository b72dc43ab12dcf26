-- The audit log: triggers write what a person's request or command changes, in its own transaction, so that no command can forget
-- it. Who it is stands in the setting atlantic.author; where it is empty (jobs, nodes, payment gateways) nothing is noted.

-- Columns that say nothing about what somebody did.
create or replace function audit_is_noise(p_column text) returns boolean language sql immutable as $$
    select p_column = any (array['security_stamp', 'concurrency_stamp', 'access_failed_count', 'lockout_end', 'last_code_step',
        'last_signed_in_at', 'changed_at', 'created_at', 'version_id', 'plan_version_id', 'used', 'taken', 'cap_reached_until',
        'attempts', 'next_try_at', 'failures', 'charges', 'sign_count', 'failing_since', 'claimed_until', 'credited',
        'lines_done', 'used_at', 'author', 'secret_iterations', 'fingerprint', 'gateway_customer', 'last_answer', 'last_used_at',
        'only_row', 'position', 'resale_level', 'reserved'])
$$;

-- Columns whose values are nobody's to read: that they changed is noted, and not to what.
create or replace function audit_is_secret(p_column text) returns boolean language sql immutable as
    $$select p_column ~ ('(_sealed|_hash|_salt|_token|password_template|^logo|public_key|attestation_object|client_data_json'
        || '|credential_id)$')$$;

-- A row as it is noted: without what is empty, and what the entry itself says.
create or replace function audit_row(p_row jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_object_agg(key, case when audit_is_secret(key) then '"•"'::jsonb else value end), '{}')
    from jsonb_each(p_row)
    where value not in ('null', '""', '[]') and key not in ('id', 'customer_id') and not audit_is_noise(key)
$$;

-- What people call a row.
create or replace function audit_label(p_table text, p_row jsonb) returns text language sql stable as $$
    select coalesce(case p_table
        when 'list_tokens' then (select name from proxy_users where id = (p_row ->> 'proxy_user_id')::bigint)
        when 'shadowsocks_keys' then (select name from proxy_users where id = (p_row ->> 'proxy_user_id')::bigint)
        when 'pool_members' then (select name from pools where id = (p_row ->> 'pool_id')::bigint)
        when 'provider_bills' then (select name from providers where id = (p_row ->> 'provider_id')::bigint)
        when 'subscriptions' then (select p.name from plan_versions v join plans p on p.id = v.plan_id
            where v.id = (p_row ->> 'plan_version_id')::bigint)
        when 'auto_top_ups' then ''
        when 'payment_methods' then concat_ws(' ', p_row ->> 'brand', p_row ->> 'last4')
        when 'mail_templates' then concat_ws(' ', p_row ->> 'template', p_row ->> 'language')
        when 'invoices' then case when p_row ->> 'number' is null then ''
            else concat_ws('-', p_row ->> 'year', p_row ->> 'number') end
        end, p_row ->> 'name', p_row ->> 'email', p_row ->> 'file_name', p_row ->> 'code', p_row ->> 'reference',
        p_row ->> 'title',
        p_row ->> 'brand_name', p_row ->> 'value', p_row ->> 'url', p_row ->> 'country', p_row ->> 'origin', p_row ->> 'kind', '')
$$;

create or replace function audit_note(p_change text, p_table text, p_row jsonb, p_before jsonb, p_after jsonb) returns void
language sql as $$
    insert into audit_entries (author_kind, author, user_id, action, address, change, object, object_id, label, customer_id,
        before, after)
    select a ->> 'kind', a ->> 'name', (a ->> 'user')::bigint, a ->> 'action', (a ->> 'address')::inet, p_change, p_table,
        (p_row ->> 'id')::bigint, audit_label(p_table, p_row),
        coalesce(case p_table when 'customers' then p_row ->> 'id' else p_row ->> 'customer_id' end,
            (select customer_id from proxy_users where id = (p_row ->> 'proxy_user_id')::bigint)::text)::bigint,
        p_before, p_after
    from (select current_setting('atlantic.author')::jsonb) author (a)
$$;

-- What somebody does that is no row of an audited table: cuts connections, looks at a customer's pages.
create or replace function audit_act(p_change text, p_object text, p_label text, p_customer bigint, p_details jsonb) returns void
language sql as $$
    insert into audit_entries (author_kind, author, user_id, action, address, change, object, label, customer_id, before, after)
    select a ->> 'kind', a ->> 'name', (a ->> 'user')::bigint, a ->> 'action', (a ->> 'address')::inet, p_change, p_object,
        p_label, p_customer, case when p_change = 'removed' then p_details else '{}' end,
        case when p_change = 'removed' then '{}' else p_details end
    from (select nullif(current_setting('atlantic.author', true), '')::jsonb) author (a)
    where a is not null
$$;

create or replace function audit_change() returns trigger language plpgsql as $$
declare
    was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    now_is jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    changed text[];
begin
    if coalesce(current_setting('atlantic.author', true), '') = '' then
        return null;
    end if;
    if tg_op = 'INSERT' then
        perform audit_note('added', tg_table_name, now_is, '{}', audit_row(now_is));
    elsif tg_op = 'DELETE' then
        perform audit_note('removed', tg_table_name, was, audit_row(was), '{}');
    else
        select array_agg(key) into changed
        from jsonb_each(now_is) where value is distinct from was -> key and not audit_is_noise(key);
        if changed is not null then
            -- The currency says what the amounts are in.
            perform audit_note(
                case when changed && array['deleted_at', 'removed_at', 'revoked_at'] then 'removed' else 'changed' end,
                tg_table_name, now_is,
                (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(audit_row(was))
                    where key = any (changed) or key = 'currency'),
                (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(audit_row(now_is))
                    where key = any (changed) or key = 'currency'));
        end if;
    end if;
    return null;
end
$$;

-- Money in a customer's wallet: the entry, with what its transaction says of it.
create or replace function audit_wallet() returns trigger language plpgsql as $$
begin
    if coalesce(current_setting('atlantic.author', true), '') <> '' then
        perform audit_note('added', 'wallet_entries', entry, '{}', entry - 'id' - 'customer_id' - 'name')
        from (select jsonb_build_object('id', t.id, 'customer_id', a.customer_id, 'name', t.memo, 'kind', t.kind,
                'amount', new.amount, 'balance', new.balance_after, 'currency', a.currency)
            from ledger_accounts a, ledger_transactions t
            where a.id = new.account_id and a.kind = 'wallet' and t.id = new.transaction_id) wallet (entry);
    end if;
    return null;
end
$$;

create or replace function audit_is_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and current_setting('atlantic.redacting', true) = 'on' then
        return null; -- audit_redact, and nothing else, turns that on
    end if;
    if tg_op = 'DELETE' and current_setting('atlantic.forgetting', true) = 'on' then
        return null; -- forget_audit, and nothing else, turns that on
    end if;
    raise exception 'The audit log is append-only.';
end
$$;

-- Deletes what is older than the setting says, p_most entries at a time. Answers how many.
create or replace function forget_audit(p_before timestamptz, p_most integer) returns bigint language plpgsql as $$
declare
    forgotten bigint;
begin
    perform set_config('atlantic.forgetting', 'on', true);
    delete from audit_entries where id = any (array(select id from audit_entries where at < p_before order by at limit p_most));
    get diagnostics forgotten = row_count;
    perform set_config('atlantic.forgetting', '', true);
    return forgotten;
end
$$;

-- Not here: what only jobs, nodes and gateways write, rows that follow from others (versions of plans, lines of invoices), mails,
-- and the exits of a provider, which come by the thousand.
do $$
declare
    audited text;
begin
    foreach audited in array array['alert_channels', 'announcements', 'api_tokens', 'auto_top_ups', 'coupons', 'customers',
        'destination_rules', 'gateways', 'grants', 'health_mutes', 'imports', 'invitations', 'invoices', 'list_tokens',
        'mail_settings', 'mail_templates', 'orders',
        'payment_methods', 'plans', 'pool_members', 'pools', 'provider_bills', 'providers', 'proxy_users', 'referral_settings',
        'refunds', 'resale_prices', 'resellers', 'roles', 'seller', 'shadowsocks_keys', 'site', 'subscriptions', 'tax_rates',
        'unallocated_money', 'user_passkeys', 'users', 'webhook_endpoints']
    loop
        execute format('create or replace trigger %I after insert or update or delete on %I '
            'for each row execute function audit_change()', audited || '_audit', audited);
    end loop;
end
$$;

create or replace trigger ledger_entries_audit after insert on ledger_entries for each row execute function audit_wallet();

create or replace trigger audit_entries_append_only before update or delete or truncate on audit_entries
    for each statement execute function audit_is_append_only();
