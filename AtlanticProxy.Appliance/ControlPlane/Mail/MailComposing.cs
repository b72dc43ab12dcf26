using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Invoices;
using MimeKit;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>Makes a message (RFC 5322) of a row of the outbox.</summary>
public sealed class MailComposing(InvoicePapers papers)
{
    internal async Task<MimeMessage> ComposeAsync(OutgoingMail mail, CancellationToken cancellation)
    {
        var body = new BodyBuilder { TextBody = mail.TextBody, HtmlBody = mail.HtmlBody };
        if (mail.InvoiceId is { } invoice
            && await papers.PdfAsync(Scope.Staff, invoice, cancellation) is { IsSuccess: true, Value: var paper })
            body.Attachments.Add(paper.FileName, paper.Pdf, new ContentType("application", "pdf"));
        var message = Message(mail.Recipient, mail.Subject, body.ToMessageBody(), mail.MessageId, mail.CreatedAt);
        if (mail.SenderName is { } name)
            message.From.Add(new MailboxAddress(name, "")); // the session has the address
        if (mail.ReplyTo is { } replyTo)
            message.ReplyTo.Add(new MailboxAddress("", replyTo));
        return message;
    }

    internal static MimeMessage Message(string to, string subject, MimeEntity body, string messageId, DateTimeOffset at)
    {
        var message = new MimeMessage { Subject = subject, Body = body, MessageId = messageId, Date = at };
        message.To.Add(new MailboxAddress("", to));
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834: nobody's holiday answers it
        return message;
    }
}
