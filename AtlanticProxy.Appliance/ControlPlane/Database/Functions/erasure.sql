-- What is erased of a customer who is to be forgotten, and the one change that the audit log lets happen to its entries.

-- A row of the audit log without what tells who somebody is: that it was there stays.
create or replace function audit_without_person(p_row jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_object_agg(key, case when key = any (array['name', 'email', 'company', 'street_address', 'country',
        'vat_id', 'tags', 'allowed_sources', 'allowed_networks', 'note', 'words', 'url', 'targeting', 'connections', 'browser',
        'payer', 'brand_name', 'support_email', 'host_name'])
        then '"•"'::jsonb else value end), '{}')
    from jsonb_each(p_row)
$$;

-- Takes a customer's personal data out of the entries about it: names, addresses, and who of its people wrote what from where.
-- What was done, when, and by whom of the staff stays. Answers how many entries.
create or replace function audit_redact(p_customer bigint) returns bigint language plpgsql as $$
declare
    redacted bigint;
begin
    perform set_config('atlantic.redacting', 'on', true);
    update audit_entries set
        label = case when object = any (array['api_tokens', 'customers', 'users', 'invitations', 'list_tokens', 'proxy_users',
            'shadowsocks_keys', 'webhook_endpoints', 'user_passkeys', 'customer_views', 'payment_methods', 'resellers'])
            then '•' else label end,
        author = case when author_kind = 'customer' then '•' else author end,
        user_id = case when author_kind = 'customer' then null else user_id end,
        address = case when author_kind in ('customer', 'visitor') then null else address end,
        before = audit_without_person(before), after = audit_without_person(after)
    where customer_id = p_customer;
    get diagnostics redacted = row_count;
    perform set_config('atlantic.redacting', '', true);
    return redacted;
end
$$;

-- Of a customer that has been removed. Invoices, payments and counts of traffic stay: the law wants the first two.
create or replace function erase_customer(p_customer bigint) returns void language plpgsql as $$
declare
    nobody constant text := 'customer-' || p_customer || '@anonymised.invalid';
    address text := (select email from customers where id = p_customer);
    theirs bigint[] := (select coalesce(array_agg(id), '{}') from proxy_users where customer_id = p_customer);
begin
    update customers set email = nobody, name = 'Customer ' || p_customer, company = '', street_address = '', country = null,
        vat_id = null, vat_checked_at = null, tags = '{}', muted_mails = '{}', time_zone = 'UTC', language = 'en'
    where id = p_customer;
    update proxy_users set name = 'gone' || id, allowed_sources = '{}' where id = any (theirs);
    delete from session_exit_changes where proxy_user_id = any (theirs);
    delete from list_tokens where proxy_user_id = any (theirs);
    delete from connection_log where proxy_user_id = any (theirs);
    delete from usage_targets where proxy_user_id = any (theirs);
    delete from resale_prices where customer_id = p_customer;
    delete from served_host_names where host_name = (select host_name from resellers where customer_id = p_customer);
    update resellers set brand_name = null, accent = null, logo = null, support_email = null, host_name = null
    where customer_id = p_customer;
    delete from customer_notes where customer_id = p_customer;
    delete from mails where customer_id = p_customer or recipient = address;
    update events set payload = payload - array['email', 'browser', 'address'] where customer_id = p_customer;
    delete from api_tokens where customer_id = p_customer;
    delete from sign_ups where email = address;
    delete from import_refusals where email = address;
    delete from saved_filters where position(address in replace(lower(query), '%40', '@')) > 0;
    update import_customers set email = nobody where customer_id = p_customer;
    update payment_methods set email = '', token_sealed = null where customer_id = p_customer;
    perform audit_redact(p_customer);
end
$$;
