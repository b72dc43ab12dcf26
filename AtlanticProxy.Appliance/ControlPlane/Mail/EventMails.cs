using System.Collections.Frozen;
using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Payments;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>
/// Which mails come of what happens. What is of no customer goes to every owner; what is for one person, and not for the
/// customer, is written by <see cref="AccountMail"/>.
/// </summary>
public sealed class EventMails(AtlanticDb db, MailBook book)
{
    private static readonly FrozenDictionary<string, MailTemplate> Templates = new Dictionary<string, MailTemplate>
    {
        [EventKinds.CustomerCreated] = MailTemplate.Welcome,
        [EventKinds.InvoiceFinalised] = MailTemplate.Invoice,
        [EventKinds.InvoicePaid] = MailTemplate.Receipt,
        [EventKinds.TrialEnding] = MailTemplate.TrialEnding,
        [EventKinds.RenewalDue] = MailTemplate.RenewalReminder,
        [EventKinds.RenewalFailed] = MailTemplate.PaymentFailed,
        [EventKinds.QuotaWarning] = MailTemplate.Quota80,
        [EventKinds.QuotaExhausted] = MailTemplate.Quota100,
        [EventKinds.SubscriptionCancelled] = MailTemplate.Cancelled,
        [EventKinds.DepositRefunded] = MailTemplate.DepositRefunded,
        [EventKinds.WinBack] = MailTemplate.WinBack,
    }.ToFrozenDictionary();

    /// <summary>What such a mail is about, in a few words.</summary>
    private static readonly FrozenDictionary<string, string> AlarmTitles = new Dictionary<string, string>
    {
        [EventKinds.ProviderDrift] = "A provider's count and ours are too far apart",
        [EventKinds.WebhookDisabled] = "A webhook was switched off after days of failure",
    }.ToFrozenDictionary();

    /// <summary>What happens to customers and what staff have to see to.</summary>
    private static readonly FrozenSet<string> Alarming = new[]
    {
        PaymentEvents.DisputeOpened, PaymentEvents.DisputeInquiry, PaymentEvents.DisputeLost, PaymentEvents.RefundFailed,
        PaymentEvents.RefundNeedsAction,
    }.ToFrozenSet();

    internal async Task WriteAsync(Event happened, CancellationToken cancellation)
    {
        if (happened.CustomerId is { } customer)
            await WriteToCustomerAsync(happened, customer, cancellation);
        if (happened.CustomerId is null || Alarming.Contains(happened.Kind))
            await WriteToOwnersAsync(happened, cancellation);
    }

    private async Task WriteToCustomerAsync(Event happened, long customerId, CancellationToken cancellation)
    {
        if (!Templates.TryGetValue(happened.Kind, out var template)
            || await db.Customers.SingleOrDefaultAsync(row => row.Id == customerId, cancellation) is not { } customer)
            return;
        if (CustomerPreferences.MutedBy(customer).Contains(template))
            return;
        var values = happened.Values();
        long? invoice = values.TryGetValue("invoiceId", out object? id) ? (long)(decimal)id! : null;
        if (template == MailTemplate.Invoice
            && !await db.Invoices.AnyAsync(row => row.Id == invoice && row.State == InvoiceState.Open, cancellation))
            return; // paid by now: the receipt says it all
        await book.WriteAsync(new MailOrder(KeyOf(happened, template, customer.Email), template, customer.Email, customer.Name,
            customer.Language, values, customer.Id, invoice), cancellation);
    }

    private async Task WriteToOwnersAsync(Event happened, CancellationToken cancellation)
    {
        var payload = happened.Values();
        var values = new Dictionary<string, object?>
        {
            ["title"] = AlarmTitles.GetValueOrDefault(happened.Kind) ?? happened.Kind.Replace('_', ' '),
            ["details"] = string.Join('\n', payload.Select(field =>
                string.Create(CultureInfo.InvariantCulture, $"{field.Key}: {field.Value}"))),
        };
        foreach (string owner in await db.Users.Where(user => user.Role == Roles.Owner).Select(user => user.Email)
            .ToListAsync(cancellation))
            await book.WriteAsync(new MailOrder(KeyOf(happened, MailTemplate.StaffAlarm, owner), MailTemplate.StaffAlarm,
                owner, owner, MailDefaults.Default, values), cancellation);
    }

    private static string KeyOf(Event happened, MailTemplate template, string recipient) =>
        $"event/{happened.Id}/{template}/{recipient}";
}
