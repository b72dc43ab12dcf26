using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Results;
using MimeKit;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>Sends a mail at once, past the outbox, and answers what the server said.</summary>
public sealed class TestMail(SmtpSessions sessions, MailSender sender, TimeProvider time)
{
    public sealed record Request(string Recipient);

    /// <summary>The value is the server's answer.</summary>
    public async Task<Result<string>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if (EmailAddress.Normalise(request.Recipient) is not { } recipient)
            return new Error(ErrorKind.Invalid, "mail.recipient_invalid", EmailAddress.Rule, nameof(Request.Recipient));
        using var session = await sessions.OpenAsync(cancellation);
        if (session is null)
            return new Error(ErrorKind.Conflict, "mail.not_set_up", "Set the mail server first.");
        var from = await sender.FindAsync(cancellation);
        var now = time.GetUtcNow();
        using var message = MailComposing.Message(recipient, $"Test mail from {from.Brand}",
            new TextPart("plain") { Text = $"{from.Brand} can send mail.\n" },
            $"{Guid.CreateVersion7(now):n}@{from.Address.Split('@')[^1]}", now);
        var answer = await session.SendAsync(message, cancellation);
        return answer.Outcome == SmtpOutcome.Accepted
            ? answer.Text
            : new Error(ErrorKind.Conflict, "mail.not_accepted", Phrase.Verbatim(answer.Text));
    }
}
