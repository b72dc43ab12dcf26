using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Health.Alerts;

/// <summary>By what somebody is told.</summary>
public enum AlertKind
{
    /// <summary>By the mail server of the settings, past the outbox.</summary>
    Mail,

    /// <summary>An incoming webhook of Slack, or of what understands the same (Mattermost, Discord's /slack).</summary>
    Slack,

    /// <summary>Events API v2.</summary>
    PagerDuty,

    /// <summary>A bot's message.</summary>
    Telegram,

    /// <summary>JSON to any address, by a template.</summary>
    Webhook,
}

/// <summary>Whom to tell, how, and of what.</summary>
[Table("alert_channels")]
internal sealed class AlertChannel
{
    [PrimaryKey]
    public long Id { get; set; }

    [Column(SkipOnUpdate = true)]
    public AlertKind Kind { get; set; }

    public required string Name { get; set; }

    /// <summary>Mail: addresses, by commas. Telegram: the chat. Else empty.</summary>
    public required string Target { get; set; }

    /// <summary>
    /// Slack and webhook: the address, which whoever has it may post to. PagerDuty: the routing key. Telegram: the bot's token.
    /// </summary>
    public byte[]? SecretSealed { get; set; }

    /// <summary>Of a webhook's body; empty: <see cref="AlertText.DefaultTemplate"/>.</summary>
    public required string Template { get; set; }

    /// <summary>From which state on.</summary>
    public HealthState FromState { get; set; }

    /// <summary>How long it must have lasted: a second channel with more of it is an escalation.</summary>
    public int AfterMinutes { get; set; }

    /// <summary>At least so long between two failures of the same check.</summary>
    public int IntervalMinutes { get; set; }

    /// <summary>While it lasts, again each so long; 0: never.</summary>
    public int RemindMinutes { get; set; }

    public bool Enabled { get; set; }

    [Column(SkipOnUpdate = true)]
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What a channel is told.</summary>
public enum AlertNews
{
    Failure,
    Reminder,
    Restored,
}

/// <summary>What a channel was told, or could not be.</summary>
[Table("alerts")]
internal sealed class Alert
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public long ChannelId { get; set; }
    public required string Node { get; set; }
    public required string CheckName { get; set; }
    public AlertNews News { get; set; }
    public HealthState State { get; set; }
    public required string Words { get; set; }

    /// <summary>When it began to fail; of what is restored: when it was.</summary>
    public DateTimeOffset Since { get; set; }

    public DateTimeOffset DecidedAt { get; set; }

    /// <summary>Null: not yet, or never.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Why not.</summary>
    public required string Problem { get; set; }
}
