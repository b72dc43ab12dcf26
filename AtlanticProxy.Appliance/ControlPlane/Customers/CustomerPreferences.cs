using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>What a customer sets for itself.</summary>
/// <param name="Language">Of mails and papers: <c>en</c> or <c>fr</c>.</param>
/// <param name="TimeZone">Of IANA: periods of a plan begin and end at its midnight.</param>
/// <param name="Muted">Mails that it does not get.</param>
public sealed record Preferences(string Language, string TimeZone, IReadOnlyList<MailTemplate> Muted);

/// <summary>Reads and writes what a customer sets for itself.</summary>
public sealed class CustomerPreferences(AtlanticDb db, TimeZones zones)
{
    /// <summary>What mails and papers can be in: ISO 639-1.</summary>
    public static IReadOnlyList<string> Languages => MailDefaults.Languages;

    /// <summary>
    /// Mails that a customer can turn off. Receipts, invoices, failed payments and all that concerns the account's safety cannot.
    /// </summary>
    public static readonly IReadOnlyList<MailTemplate> Optional =
    [
        MailTemplate.Quota80, MailTemplate.Quota100, MailTemplate.TrialEnding, MailTemplate.RenewalReminder, MailTemplate.WinBack,
    ];

    public async Task<Result<Preferences>> FindAsync(long customerId, CancellationToken cancellation) =>
        await db.Customers.SingleOrDefaultAsync(row => row.Id == customerId, cancellation) is { } customer
            ? new Preferences(customer.Language, customer.TimeZone, MutedBy(customer))
            : CustomerQueries.NoSuchCustomer;

    /// <inheritdoc cref="TimeZones.AllAsync"/>
    public Task<IReadOnlyList<ZoneChoice>> ZonesAsync(CancellationToken cancellation) => zones.AllAsync(db, cancellation);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> SetAsync(
        long customerId, string language, string timeZone, CancellationToken cancellation)
    {
        var validation = new Validation();
        validation.Require(Languages.Contains(language), "Language", "customer.language_unknown",
            "Choose English or French.");
        validation.Require((await ZonesAsync(cancellation)).Any(zone => zone.Name == timeZone), "TimeZone",
            "customer.time_zone_unknown", "Choose a time zone from the list.");
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);
        return await db.ExecuteSqlAsync($"""
            update customers set (language, time_zone) = ({language}, {timeZone})
            where id = {customerId} and (language, time_zone) is distinct from ({language}, {timeZone})
            """, cancellation) > 0;
    }

    /// <summary>Has the customer get these of the <see cref="Optional"/> mails, and not the others.</summary>
    public async Task<bool> SetMailsAsync(
        long customerId, IReadOnlyCollection<MailTemplate> wanted, CancellationToken cancellation)
    {
        string[] muted = [.. Optional.Except(wanted).Select(NameOf).Order(StringComparer.Ordinal)];
        return await db.ExecuteSqlAsync($"""
            update customers set muted_mails = {muted} where id = {customerId} and muted_mails <> {muted}
            """, cancellation) > 0;
    }

    internal static IReadOnlyList<MailTemplate> MutedBy(Customer customer) =>
        [.. Optional.Where(template => customer.MutedMails.Contains(NameOf(template)))];

    private static string NameOf(MailTemplate template) =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(template.ToString());
}
