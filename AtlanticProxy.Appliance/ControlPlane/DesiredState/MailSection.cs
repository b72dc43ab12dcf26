using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>How mail is sent. What is left out stays as it is.</summary>
/// <param name="Host">Of the server; empty: no mail is sent.</param>
/// <param name="Security">none, start-tls or tls.</param>
/// <param name="Username">Empty: without signing in.</param>
/// <param name="Sender">That mail comes from.</param>
/// <param name="SenderName">Empty: the brand.</param>
internal sealed record DesiredMail(
    string? Host = null, int? Port = null, string? Security = null, string? Username = null, DesiredSecret? Password = null,
    string? Sender = null, string? SenderName = null)
{
    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => nameof(DesiredMail);
}

internal sealed class MailSection(MailQueries queries, SetMail set)
{
    /// <inheritdoc cref="ProviderSection.Names"/>
    private static readonly Dictionary<string, string> Names = new() { [nameof(MailSettings.SenderAddress)] = "sender" };

    public async Task<Result> ApplyAsync(DesiredMail desired, List<string> changes, CancellationToken cancel)
    {
        var present = await queries.SettingsAsync(cancel);
        var security = desired.Security is { } word ? Spelling.Parse<MailSecurity>(word) : present.Security;
        if (!security.IsSuccess)
            return security.AboutField("mail.security_unknown", nameof(desired.Security));
        var settings = new MailSettings(
            desired.Host ?? present.Host, desired.Port ?? present.Port, security.Value, desired.Username ?? present.Username,
            desired.Sender ?? present.SenderAddress, desired.SenderName ?? present.SenderName);
        var changed = await set.ExecuteAsync(new(settings, desired.Password?.Text), cancel);
        if (!changed.IsSuccess)
            return changed.In(Names);
        if (changed.Value)
            changes.Add(string.IsNullOrWhiteSpace(settings.Host)
                ? "mail: none is sent"
                : $"mail: through {settings.Host.Trim()}:{settings.Port}");
        return changed;
    }
}
