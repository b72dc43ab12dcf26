namespace AtlanticProxy.ControlPlane.Health.Alerts;

/// <summary>What a channel was told last of one check.</summary>
/// <param name="State">That it was told.</param>
/// <param name="FailureAt">When it was last told of a failure.</param>
internal sealed record AlertTold(AlertNews News, HealthState State, DateTimeOffset At, DateTimeOffset FailureAt)
{
    public static AlertTold After(AlertTold? before, AlertNews news, HealthState state, DateTimeOffset at) =>
        new(news, state, at, news == AlertNews.Failure ? at : before?.FailureAt ?? at);
}

/// <summary>When a channel is told what.</summary>
internal static class AlertRules
{
    /// <param name="sent">Null: nothing yet.</param>
    /// <param name="muted">Nobody wants to be told now. What is over meanwhile is told afterwards.</param>
    /// <returns>Null: nothing.</returns>
    public static AlertNews? Due(AlertChannel channel, CheckLook look, AlertTold? told, bool muted, DateTimeOffset now)
    {
        if (!channel.Enabled || muted)
            return null;
        bool failing = look.State >= channel.FromState;
        if (told is { News: not AlertNews.Restored })
        {
            if (!failing) // A first look after a restart may have failed without counting yet.
                return look.Failures == 0 ? AlertNews.Restored : null;
            if (look.State > told.State)
                return AlertNews.Failure; // worse than what was told
            return channel.RemindMinutes > 0 && now - told.At >= TimeSpan.FromMinutes(channel.RemindMinutes)
                ? AlertNews.Reminder
                : null;
        }
        bool lasts = failing && now - (look.FailingSince ?? look.Since) >= TimeSpan.FromMinutes(channel.AfterMinutes);
        bool isQuietEnough = told is null || now - told.FailureAt >= TimeSpan.FromMinutes(channel.IntervalMinutes);
        return lasts && isQuietEnough ? AlertNews.Failure : null;
    }
}
