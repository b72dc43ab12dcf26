using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>What a mail is about.</summary>
public enum MailTemplate
{
    Welcome,
    Verify,
    Reset,
    Receipt,
    Invoice,
    TrialEnding,
    RenewalReminder,
    PaymentFailed,

    /// <summary>Most of what the plan includes is used.</summary>
    Quota80,

    /// <summary>All of it is.</summary>
    Quota100,

    Cancelled,
    DepositRefunded,
    NewSignIn,

    /// <summary>To who left, once.</summary>
    WinBack,

    /// <summary>To every owner.</summary>
    StaffAlarm,

    /// <summary>To a customer who is to choose a password.</summary>
    Invitation,

    /// <summary>To who wants an account and has one.</summary>
    AccountExists,

    /// <summary>To somebody whom a customer's people want among them.</summary>
    TeamInvitation,

    /// <summary>To somebody who is to work here.</summary>
    StaffInvitation,

    /// <summary>To a new address that is to be proved.</summary>
    ConfirmEmail,

    /// <summary>To the address that somebody had.</summary>
    EmailChanged,
}

/// <summary>What a mail says, in Liquid.</summary>
/// <param name="Html">Null: made of the text, in the brand's layout.</param>
public sealed record MailText(string Subject, string Text, string? Html = null);

/// <summary>What the reseller says in place of what the product brings.</summary>
[Table("mail_templates")]
internal sealed class MailTemplateRow
{
    [PrimaryKey(1)]
    public MailTemplate Template { get; set; }

    [PrimaryKey(2)]
    public required string Language { get; set; }

    public required string Subject { get; set; }
    public required string TextBody { get; set; }
    public string? HtmlBody { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}
