using System.Globalization;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Webhooks;
using MimeKit;

namespace AtlanticProxy.ControlPlane.Health.Alerts;

/// <summary>A channel with all that it takes to tell it something.</summary>
/// <param name="Secret">In clear.</param>
/// <param name="Mail">Of channels by mail; null: no mail server is set.</param>
internal sealed record AlertRoute(AlertChannel Channel, string Secret, SmtpSession? Mail, SenderName From)
{
    /// <summary>Without the secret, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{nameof(AlertRoute)} {{ {Channel.Name} }}";
}

/// <summary>Tells a channel something, once.</summary>
public sealed class AlertPosting(WebhookClient http, AlertOptions options, TimeProvider time)
{
    /// <param name="subject">Names what it is about, the same from its beginning to its end.</param>
    /// <returns>Null: it was taken. Else why not, without a secret.</returns>
    internal Task<string?> SendAsync(AlertRoute route, AlertFacts facts, string subject, CancellationToken cancellation) =>
        route.Channel.Kind switch
    {
        AlertKind.Mail => MailAsync(route, facts, cancellation),
        AlertKind.Slack => PostAsync(route.Secret, AlertText.Slack(facts), cancellation),
        AlertKind.PagerDuty => PostAsync(options.PagerDutyUrl, AlertText.PagerDuty(facts, route.Secret, subject), cancellation),
        AlertKind.Telegram => PostAsync($"{options.TelegramUrl.TrimEnd('/')}/bot{route.Secret}/sendMessage",
            AlertText.Telegram(facts, route.Channel.Target), cancellation),
        AlertKind.Webhook => AlertText.Webhook(facts, route.Channel.Template) is { IsSuccess: true, Value: var body }
            ? PostAsync(route.Secret, body, cancellation)
            : Task.FromResult<string?>("Its template cannot be filled in."),
    };

    private async Task<string?> PostAsync(string url, string body, CancellationToken cancellation)
    {
        var answer = await http.PostAsync(new Uri(url), body, null, cancellation);
        return answer.IsAccepted ? null
            : answer.Status is { } status ? string.Create(CultureInfo.InvariantCulture, $"HTTP {status}: {answer.Text}")
            : answer.Text;
    }

    private async Task<string?> MailAsync(AlertRoute route, AlertFacts facts, CancellationToken cancellation)
    {
        if (route.Mail is not { } session)
            return "No mail server is set.";
        foreach (string recipient in AlertChannels.AddressesIn(route.Channel.Target))
        {
            var now = time.GetUtcNow();
            using var message = MailComposing.Message(recipient, AlertText.Subject(facts),
                new TextPart("plain") { Text = $"{AlertText.Body(facts)}\n" },
                $"{Guid.CreateVersion7(now):n}@{route.From.Address.Split('@')[^1]}", now);
            var answer = await session.SendAsync(message, cancellation);
            if (answer.Outcome != SmtpOutcome.Accepted)
                return $"{recipient}: {answer.Text}";
        }
        return null;
    }
}
