using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>Notes that a mail came back: told by staff, or by whatever reads the sender's mailbox.</summary>
public sealed class NoteBounce(AtlanticDb db)
{
    internal static readonly Error NoSuchMail = new(ErrorKind.NotFound, "mail.not_found", "There is no such mail.");

    private const int MaxReasonLength = 500;

    /// <param name="Reason">As the returning server gave it.</param>
    public sealed record Request(long MailId, string Reason = "");

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string reason = request.Reason.Trim()[..Math.Min(request.Reason.Trim().Length, MaxReasonLength)];
        int changed = await db.Mails
            .Where(row => row.Id == request.MailId && (row.State == MailState.Sent || row.State == MailState.MaybeSent))
            .Set(row => row.State, MailState.Bounced).Set(row => row.Answer, reason).UpdateAsync(cancellation);
        if (changed > 0)
            return true;
        return await db.Mails.AnyAsync(row => row.Id == request.MailId, cancellation) ? false : NoSuchMail;
    }
}
