using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Mail;

public enum MailState
{
    /// <summary>Waits for its (next) try.</summary>
    Queued,

    /// <summary>In the hands of a server that has not answered yet.</summary>
    Sending,

    /// <summary>The server took it over.</summary>
    Sent,

    /// <summary>Refused for good, or not taken within three days.</summary>
    Failed,

    /// <summary>The server had all of it, and its answer was lost: it is not sent again by itself.</summary>
    MaybeSent,

    /// <summary>It came back.</summary>
    Bounced,
}

/// <summary>A mail in the outbox.</summary>
[Table("mails")]
internal sealed class OutgoingMail
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    /// <summary>Unique: what is to be told once.</summary>
    public required string Key { get; set; }

    public MailTemplate Template { get; set; }
    public long? CustomerId { get; set; }

    /// <summary>Whose PDF goes with it.</summary>
    public long? InvoiceId { get; set; }

    public required string Recipient { get; set; }

    /// <summary>In whose name it comes; null: as the mail settings say.</summary>
    public string? SenderName { get; set; }

    /// <summary>Whom an answer goes to; null: the sender's address.</summary>
    public string? ReplyTo { get; set; }

    public required string Subject { get; set; }
    public required string TextBody { get; set; }
    public required string HtmlBody { get; set; }
    public MailState State { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset NextTryAt { get; set; }

    /// <summary>From then on it is not tried again.</summary>
    public DateTimeOffset GiveUpAt { get; set; }

    /// <summary>What the server said last, or why it could not be asked.</summary>
    public string Answer { get; set; } = "";

    /// <summary>The same at each try, so that whoever gets a mail twice may see that.</summary>
    public required string MessageId { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ClaimedAt { get; set; }
    public DateTimeOffset? SentAt { get; set; }
}

/// <summary>A mail, as lists show it: without what it says.</summary>
/// <param name="Answer">What the server said last, or why it could not be asked.</param>
public sealed record MailSummary(
    long Id, MailTemplate Template, long? CustomerId, string Recipient, string Subject, MailState State, int Attempts,
    DateTimeOffset CreatedAt, DateTimeOffset? SentAt, DateTimeOffset NextTryAt, string Answer);
