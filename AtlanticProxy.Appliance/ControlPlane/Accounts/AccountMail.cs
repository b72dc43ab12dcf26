using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Mails that have to do with getting into an account, to the person whose account it is.</summary>
public sealed class AccountMail(AtlanticDb db, MailBook book, MailSender sender)
{
    internal static readonly Error CannotSend = new(ErrorKind.Conflict, "account.no_mail",
        "Email cannot be sent yet: set the mail server and the host name first.");

    /// <summary>
    /// Whether a link can be sent: there is a mail server, and the portal has a name. The name that a request came by is never
    /// used, since whoever asks chooses it.
    /// </summary>
    public async Task<bool> CanSendAsync(CancellationToken cancellation) =>
        await sender.FindAsync(cancellation) is { Portal.Length: > 0, Address.Length: > 0 };

    /// <summary>An address of the portal, for a mail: at its seller's host name for a reseller's customer.</summary>
    /// <param name="customerId">Whose person gets it; null for anybody else.</param>
    internal async Task<string> LinkAsync(string path, long? customerId, CancellationToken cancellation) =>
        (await sender.FindAsync(cancellation, customerId)).Portal + path;

    /// <summary>Writes a mail into the outbox, in the customer's language; to anybody else in the one given.</summary>
    /// <param name="key">What is to be told once.</param>
    /// <param name="customerId">Whose person it is; null for staff, and for who is nobody yet.</param>
    internal async Task WriteAsync(
        string key, MailTemplate template, string email, long? customerId, IReadOnlyDictionary<string, object?> values,
        CancellationToken cancellation, string language = MailDefaults.Default)
    {
        var customer = await db.Customers.Where(row => row.Id == customerId).Select(row => new { row.Name, row.Language })
            .SingleOrDefaultAsync(cancellation);
        await book.WriteAsync(new MailOrder(key, template, email, customer?.Name ?? email,
            customer?.Language ?? MailDefaults.Known(language), values, customerId), cancellation);
    }

    /// <summary>Takes one back in the transaction that wrote it: for what only had to take as long.</summary>
    internal Task TakeBackAsync(string key, CancellationToken cancellation) =>
        db.Mails.Where(mail => mail.Key == key).DeleteAsync(cancellation);
}
