using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>Reads how mail is sent, and the outbox.</summary>
public sealed class MailQueries(AtlanticDb db)
{
    /// <summary>Without the password.</summary>
    public Task<MailSettings> SettingsAsync(CancellationToken cancellation) => db.MailSettings
        .Select(row => new MailSettings(row.Host, row.Port, row.Security, row.Username, row.SenderAddress ?? "", row.SenderName))
        .SingleAsync(cancellation);

    /// <summary>Newest first; the search looks in recipients and subjects.</summary>
    public async Task<Page<MailSummary>> ListAsync(
        Scope scope, MailState? state, PageRequest page, CancellationToken cancellation)
    {
        var rows = db.Mails.AsQueryable();
        if (scope.CustomerId is { } only)
            rows = rows.Where(row => row.CustomerId == only);
        if (state is { } wanted)
            rows = rows.Where(row => row.State == wanted);
        if (page.Search is not null)
            rows = rows.Where(row => row.Recipient.ILike(page.SearchPattern) || row.Subject.ILike(page.SearchPattern));
        int total = await rows.CountAsync(cancellation);
        var items = await rows.OrderByDescending(row => row.Id).Skip(page.Offset).Take(page.Size)
            .Select(row => new MailSummary(row.Id, row.Template, row.CustomerId, row.Recipient, row.Subject, row.State,
                row.Attempts, row.CreatedAt, row.SentAt, row.NextTryAt, row.Answer))
            .ToListAsync(cancellation);
        return new Page<MailSummary>(items, page.Number, page.Size, total);
    }
}
