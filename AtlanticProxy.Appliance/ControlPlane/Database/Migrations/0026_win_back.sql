-- Customers who left are asked back once by a mail of its own.
do $$
declare
    of regclass;
begin
    foreach of in array array['mail_templates', 'mails']::regclass[] loop
        execute format('alter table %s drop constraint %s_template_check', of, of);
        execute format($sql$
            alter table %s add constraint %s_template_check check (template in ('welcome', 'verify', 'reset', 'receipt',
                'invoice', 'trial_ending', 'renewal_reminder', 'payment_failed', 'quota80', 'quota100', 'cancelled',
                'deposit_refunded', 'new_sign_in', 'win_back', 'staff_alarm'))$sql$, of, of);
    end loop;
end
$$;
create index subscriptions_ended_at on subscriptions (ended_at) where state = 'ended';
