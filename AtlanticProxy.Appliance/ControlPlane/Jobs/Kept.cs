using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Usage;

namespace AtlanticProxy.ControlPlane.Jobs;

/// <summary>What is kept for a time.</summary>
public enum Kept
{
    /// <summary>Who is signed in.</summary>
    Sessions,

    /// <summary>Links by mail: to reset a password, sign up, sign in, join, change the address.</summary>
    Links,
    SignIns,
    Tokens,
    Connections,
    UsageByMinutes,
    UsageByHour,
    UsageByDay,
    Destinations,
    Quotas,
    Mails,
    Webhooks,
    GatewayDeliveries,
    Imports,
    JobRuns,
    Backups,
    Health,
    Audit,

    /// <summary>What nodes and jobs need among themselves.</summary>
    Workings,
}

/// <summary>How long something is kept.</summary>
/// <param name="Setting">That says so; null: it ends by itself.</param>
/// <param name="Days">Null: until it ends by itself; 0: for ever.</param>
/// <param name="LastDeleted">Rows, by the last cleanup; null where that does not count them.</param>
public sealed record KeptTerm(Kept Kind, string? Setting, int? Days, long? LastDeleted);

/// <param name="At">Null before the first.</param>
public sealed record KeptTerms(IReadOnlyList<KeptTerm> Terms, DateTimeOffset? At);

/// <summary>What the last cleanup deleted of a kind.</summary>
internal sealed record Deleted(Kept Kind, long Rows);

/// <summary>Reads how long everything is kept, and what the last cleanup did.</summary>
public sealed class KeptQueries(
    AtlanticDb db, Findings findings, RetentionOptions retention, UsageOptions usage, ConnectionLogOptions connections)
{
    internal const string Check = "retention";

    public async Task<KeptTerms> ReadAsync(CancellationToken cancellation)
    {
        var deleted = (await findings.LastAsync<Deleted>(Check, cancellation))?
            .ToDictionary(each => each.Kind, each => each.Rows);
        var at = await db.ScalarAsync<DateTimeOffset?>(
            $"select found_at from findings where check_name = {Check}", cancellation);
        return new(
        [
            Term(Kept.Sessions, null, null), Term(Kept.Links, null, null),
            Term(Kept.SignIns, nameof(retention.SignInDays), retention.SignInDays),
            Term(Kept.Tokens, nameof(retention.TokenDays), retention.TokenDays),
            new(Kept.Connections, "ConnectionLog:RetentionDays", connections.RetentionDays, null),
            new(Kept.UsageByMinutes, "Usage:RecentDays", usage.RecentDays, null),
            new(Kept.UsageByHour, "Usage:HourlyDays", usage.HourlyDays, null),
            new(Kept.UsageByDay, "Usage:DailyDays", usage.DailyDays, null),
            new(Kept.Destinations, "Usage:DailyDays", usage.DailyDays, null),
            Term(Kept.Quotas, nameof(retention.QuotaDays), retention.QuotaDays),
            Term(Kept.Mails, nameof(retention.MailDays), retention.MailDays),
            Term(Kept.Webhooks, nameof(retention.WebhookDays), retention.WebhookDays),
            Term(Kept.GatewayDeliveries, nameof(retention.GatewayDays), retention.GatewayDays),
            Term(Kept.Imports, nameof(retention.ImportDays), retention.ImportDays),
            new(Kept.JobRuns, "Retention:JobDays", retention.JobDays, null),
            Term(Kept.Backups, nameof(retention.BackupDays), retention.BackupDays),
            Term(Kept.Health, null, (int)Forgetting.HealthKept.TotalDays),
            Term(Kept.Audit, nameof(retention.AuditDays), retention.AuditDays),
            Term(Kept.Workings, null, null),
        ], at);

        KeptTerm Term(Kept kind, string? setting, int? days) => new(
            kind, setting is null ? null : $"Retention:{setting}", days,
            deleted is null ? null : deleted.GetValueOrDefault(kind));
    }
}
