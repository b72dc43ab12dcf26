namespace AtlanticProxy.ControlPlane.Health.Alerts;

/// <summary>Where the services are that alerts go to: section <c>Alerts</c> of the configuration.</summary>
public sealed class AlertOptions
{
    /// <summary>PagerDuty's Events API v2. Accounts in the EU have https://events.eu.pagerduty.com/v2/enqueue.</summary>
    public string PagerDutyUrl { get; set; } = "https://events.pagerduty.com/v2/enqueue";

    /// <summary>Telegram's Bot API, or a server of one's own (github.com/tdlib/telegram-bot-api).</summary>
    public string TelegramUrl { get; set; } = "https://api.telegram.org";

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var (name, url) in new[] { (nameof(PagerDutyUrl), PagerDutyUrl), (nameof(TelegramUrl), TelegramUrl) })
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
                yield return $"Alerts:{name}: '{url}' is not an address such as https://example.com.";
    }
}
