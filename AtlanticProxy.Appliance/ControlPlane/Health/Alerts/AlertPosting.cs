using System.Globalization;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Webhooks;
using MimeKit;

namespace AtlanticProxy.ControlPlane.Health.Alerts;

/// <summary>A channel with all that it takes to tell it something.</summary>
/// <param name="Secret">In clear.</param>
/// <param name="Mail">The way of channels by mail; null: no mail server is set.</param>
internal sealed record AlertRoute(AlertChannel Channel, string Secret, Func<SmtpSession>? Mail, SenderName From)
{
    /// <summary>Without the secret, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{nameof(AlertRoute)} {{ {Channel.Name} }}";
}

/// <summary>What came of it.</summary>
/// <param name="Problem">Why not, or not everybody, without a secret; else empty.</param>
internal sealed record AlertSent(bool IsTold, string Problem)
{
    public static readonly AlertSent Told = new(true, "");
}

/// <summary>Tells a channel something, once.</summary>
public sealed class AlertPosting(WebhookClient http, AlertOptions options, TimeProvider time)
{
    /// <param name="incident">Names what it is about, the same from its beginning to its end.</param>
    internal Task<AlertSent> SendAsync(AlertRoute route, AlertFacts facts, string incident, CancellationToken cancellation) =>
        route.Channel.Kind switch
    {
        AlertKind.Mail => MailAsync(route, facts, cancellation),
        AlertKind.Slack => PostAsync(route.Secret, AlertText.Slack(facts), cancellation),
        AlertKind.PagerDuty => PostAsync(options.PagerDutyUrl, AlertText.PagerDuty(facts, route.Secret, incident), cancellation),
        AlertKind.Telegram => PostAsync($"{options.TelegramUrl.TrimEnd('/')}/bot{route.Secret}/sendMessage",
            AlertText.Telegram(facts, route.Channel.Target), cancellation),
        AlertKind.Webhook => AlertText.Webhook(facts, route.Channel.Template) is { IsSuccess: true, Value: var body }
            ? PostAsync(route.Secret, body, cancellation)
            : Task.FromResult(new AlertSent(false, "Its template cannot be filled in.")),
    };

    private async Task<AlertSent> PostAsync(string url, string body, CancellationToken cancellation)
    {
        var answer = await http.PostAsync(new Uri(url), body, null, cancellation);
        return answer.IsAccepted ? AlertSent.Told : new AlertSent(false, answer.Status is { } status
            ? string.Create(CultureInfo.InvariantCulture, $"HTTP {status}: {answer.Text}")
            : answer.Text);
    }

    /// <summary>Told once anybody has it: who refuses must not have the others get it again and again.</summary>
    private async Task<AlertSent> MailAsync(AlertRoute route, AlertFacts facts, CancellationToken cancellation)
    {
        if (route.Mail is null)
            return new AlertSent(false, "No mail server is set.");
        using var session = route.Mail();
        var problems = new List<string>();
        bool isTold = false;
        foreach (string recipient in AlertChannels.AddressesIn(route.Channel.Target))
        {
            var now = time.GetUtcNow();
            using var message = MailComposing.Message(recipient, AlertText.Subject(facts),
                new TextPart("plain") { Text = $"{AlertText.Body(facts)}\n" },
                $"{Guid.CreateVersion7(now):n}@{route.From.Address.Split('@')[^1]}", now);
            var answer = await session.SendAsync(message, cancellation);
            if (answer.Outcome is SmtpOutcome.Accepted or SmtpOutcome.Unknown)
                isTold = true;
            else
                problems.Add($"{recipient}: {answer.Text}");
        }
        return new AlertSent(isTold, string.Join(" ", problems));
    }
}
