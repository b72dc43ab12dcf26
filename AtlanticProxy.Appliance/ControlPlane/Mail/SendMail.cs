using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Jobs;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>
/// Sends what is due of the outbox. A mail is marked before a server hears of it, so that whatever dies, it is not sent twice:
/// one
/// whose fate is not known is said to be so, and stays with staff.
/// </summary>
public sealed partial class SendMail(
    AtlanticDb db, SmtpSessions sessions, MailComposing composing, TimeProvider time, ILogger<SendMail> log) : IClusterJob
{
    /// <summary>Of what a server says: more than people read.</summary>
    private const int MaxAnswerLength = 1000;

    /// <summary>They are about secrets: what they say is not kept.</summary>
    private static readonly MailTemplate[] Secret = 
    [
        MailTemplate.Verify, MailTemplate.Reset, MailTemplate.Invitation, MailTemplate.TeamInvitation,
        MailTemplate.StaffInvitation, MailTemplate.ConfirmEmail,
    ];

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        await SweepAsync(cancellation);
        using var session = await sessions.OpenAsync(cancellation);
        if (session is null)
            return new JobReport("Mail is not set up");
        var counts = new Dictionary<SmtpOutcome, int>();
        string? away = null;
        while (await ClaimAsync(cancellation) is { } mail)
        {
            var answer = await TryAsync(session, mail, cancellation);
            await NoteAsync(mail, answer);
            counts[answer.Outcome] = counts.GetValueOrDefault(answer.Outcome) + 1;
            cancellation.ThrowIfCancellationRequested();
            if (answer.IsServerAway)
            {
                away = answer.Text;
                break; // the others wait for the next run, untouched
            }
        }
        int Count(SmtpOutcome outcome) => counts.GetValueOrDefault(outcome);
        // A mail that is refused is its sender's or receiver's affair, and stands in the outbox: the job has done its work.
        return new JobReport($"{Count(SmtpOutcome.Accepted)} mails sent, {Count(SmtpOutcome.TryLater)} put off, "
            + $"{Count(SmtpOutcome.Refused)} refused, {Count(SmtpOutcome.Unknown)} perhaps sent", away is null ? [] : [away]);
    }

    private async Task<SmtpAnswer> TryAsync(SmtpSession session, OutgoingMail mail, CancellationToken cancellation)
    {
        try
        {
            using var message = await composing.ComposeAsync(mail, cancellation);
            return await session.SendAsync(message, cancellation);
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            return new SmtpAnswer(SmtpOutcome.Refused, $"It cannot be written: {fault.Message}");
        }
    }

    /// <summary>Those whose sender died, and those whose time is over.</summary>
    private async Task SweepAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        int lost = await db.Mails.Where(mail => mail.State == MailState.Sending && mail.ClaimedAt < now - MailPatience.Abandoned)
            .Set(mail => mail.State, MailState.MaybeSent)
            .Set(mail => mail.Answer, "The sending node stopped before it could note what the server answered.")
            .UpdateAsync(cancellation);
        if (lost > 0)
            LogLost(lost);
        await db.Mails.Where(mail => mail.State == MailState.Queued && mail.GiveUpAt < now)
            .Set(mail => mail.State, MailState.Failed).UpdateAsync(cancellation);
    }

    /// <summary>The next one that is due, which nobody else sends meanwhile.</summary>
    private async Task<OutgoingMail?> ClaimAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        long id = await db.ScalarAsync<long>($"""
            update mails set state = 'sending', attempts = attempts + 1, claimed_at = {now}
            where id = (select id from mails where state = 'queued' and next_try_at <= {now} order by next_try_at, id limit 1
                for update skip locked)
            returning id
            """, cancellation);
        return id == 0 ? null : await db.Mails.SingleAsync(mail => mail.Id == id, cancellation);
    }

    /// <summary>Also when the run is being stopped: the server has answered.</summary>
    private async Task NoteAsync(OutgoingMail mail, SmtpAnswer answer)
    {
        var now = time.GetUtcNow();
        mail.Answer = new string([.. answer.Text.Where(letter => !char.IsControl(letter)).Take(MaxAnswerLength)]);
        mail.State = answer.Outcome switch
        {
            SmtpOutcome.Accepted => MailState.Sent,
            SmtpOutcome.TryLater => MailState.Queued,
            SmtpOutcome.Refused => MailState.Failed,
            SmtpOutcome.Unknown => MailState.MaybeSent,
        };
        mail.NextTryAt = now + Retries.PauseAfter(mail.Attempts);
        if (mail.State is MailState.Sent or MailState.MaybeSent)
            mail.SentAt = now;
        if (mail.State != MailState.Queued && Secret.Contains(mail.Template))
            (mail.TextBody, mail.HtmlBody) = ("", "");
        await db.UpdateAsync(mail, token: CancellationToken.None);
        if (answer.Outcome is SmtpOutcome.Refused or SmtpOutcome.Unknown)
            LogNotSent(mail.Id, mail.Template, mail.State, answer.Text);
    }

    [LoggerMessage(2752, LogLevel.Warning, "Mail {Mail} ({Template}) is now {State}: {Why}")]
    private partial void LogNotSent(long mail, MailTemplate template, MailState state, string why);

    [LoggerMessage(2753, LogLevel.Warning, "{Count} mails may have been sent when their node stopped: staff can send them again")]
    private partial void LogLost(int count);
}
