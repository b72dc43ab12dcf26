using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>Staff send a mail once more, for three days again: one that failed, came back, or may never have arrived.</summary>
public sealed class ResendMail(AtlanticDb db, TimeProvider time)
{
    public sealed record Request(long MailId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var mail = db.Mails.Where(row => row.Id == request.MailId);
        int changed = await mail
            .Where(row => row.State != MailState.Queued && row.State != MailState.Sending && row.TextBody != "")
            .Set(row => row.State, MailState.Queued).Set(row => row.NextTryAt, now).Set(row => row.Attempts, 0)
            .Set(row => row.GiveUpAt, now + Retries.GiveUpAfter).UpdateAsync(cancellation);
        if (changed > 0)
            return Result.Success;
        return await mail.AnyAsync(cancellation)
            ? new Error(ErrorKind.Conflict, "mail.not_resendable",
                "This mail is on its way already, or was about a secret that is not kept: ask for a new one.")
            : NoteBounce.NoSuchMail;
    }
}
