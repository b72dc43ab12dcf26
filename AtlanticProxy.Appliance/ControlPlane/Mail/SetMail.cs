using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>Sets how mail is sent.</summary>
public sealed class SetMail(AtlanticDb db, SecretBox box, TimeProvider time)
{
    private const int MaxNameLength = 100, MaxUsernameLength = 254, MaxPort = 65535;

    /// <param name="Password">Null keeps the present one, empty removes it.</param>
    public sealed record Request(MailSettings Settings, string? Password = null)
    {
        /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
        public override string ToString() => $"{nameof(SetMail)} {{ {Settings} }}";
    }

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var settings = request.Settings;
        string? host = string.IsNullOrWhiteSpace(settings.Host) ? null : settings.Host.Trim();
        string? sender = host is null ? null : EmailAddress.Normalise(settings.SenderAddress);
        string name = settings.SenderName.Trim();
        var validation = new Validation();
        validation.Require(host is null || Uri.CheckHostName(host) != UriHostNameType.Unknown, nameof(settings.Host),
            "mail.host_invalid", "Give the mail server's name or address, such as smtp.example.com.");
        validation.Require(settings.Port is > 0 and <= MaxPort, nameof(settings.Port), "mail.port_invalid",
            $"Give a port from 1 to {MaxPort}: 587 for STARTTLS, 465 for TLS.");
        validation.Require(host is null || sender is not null, nameof(settings.SenderAddress), "mail.sender_invalid",
            EmailAddress.Rule);
        validation.Require(name.Length <= MaxNameLength && !name.Any(char.IsControl), nameof(settings.SenderName),
            "mail.sender_name_invalid", $"A sender's name has at most {MaxNameLength} characters.");
        validation.Require(settings.Username.Length <= MaxUsernameLength && !settings.Username.Any(char.IsControl),
            nameof(settings.Username), "mail.username_invalid", $"A user name has at most {MaxUsernameLength} characters.");
        validation.Require(settings.Username is "" || settings.Security != MailSecurity.None, nameof(settings.Security),
            "mail.password_in_clear", "Without TLS anybody on the way reads the password: use STARTTLS or TLS.");
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);

        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var row = await db.MailSettings.LockedForUpdate().SingleAsync(cancellation);
        (row.Host, row.Port, row.Security, row.Username) = (host, settings.Port, settings.Security, settings.Username);
        (row.SenderAddress, row.SenderName) = (sender, name);
        // Sealing the same password again gives other bytes: leave them, so that setting the same twice changes nothing.
        var place = SecretPlace.MailPassword;
        if (request.Password is { } password && password != (row.PasswordSealed is { } now ? box.Open(now, place) : ""))
            row.PasswordSealed = password.Length > 0 ? box.Seal(password, place) : null;
        bool changed = await db.UpdateIfChangedAsync(row, cancellation);
        if (changed)
            await db.MailSettings.Set(each => each.ChangedAt, time.GetUtcNow()).UpdateAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return changed;
    }
}
