using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>How the way to the mail server is kept from others.</summary>
public enum MailSecurity
{
    /// <summary>Not at all: for a server on this machine.</summary>
    None,

    /// <summary>STARTTLS (RFC 3207), and no mail without it: port 587.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314): port 465.</summary>
    Tls,
}

/// <summary>The one row of <c>mail_settings</c>.</summary>
[Table("mail_settings")]
internal sealed class MailSettingsRow
{
    [PrimaryKey]
    public bool OnlyRow { get; set; } = true;

    /// <summary>Null: no mail is sent.</summary>
    public string? Host { get; set; }

    public int Port { get; set; }
    public MailSecurity Security { get; set; }
    public required string Username { get; set; }

    /// <summary>Under <see cref="Secrets.SecretBox"/>; null when there is none.</summary>
    public byte[]? PasswordSealed { get; set; }

    public string? SenderAddress { get; set; }
    public required string SenderName { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>How mail is sent.</summary>
/// <param name="Host">Name or address of the server; null: no mail is sent.</param>
/// <param name="Username">Empty: without signing in.</param>
/// <param name="SenderAddress">That mail comes from.</param>
/// <param name="SenderName">Empty: the brand.</param>
public sealed record MailSettings(
    string? Host, int Port = MailSettings.SubmissionPort, MailSecurity Security = MailSecurity.StartTls, string Username = "",
    string SenderAddress = "", string SenderName = "")
{
    /// <summary>RFC 6409.</summary>
    public const int SubmissionPort = 587;
}
