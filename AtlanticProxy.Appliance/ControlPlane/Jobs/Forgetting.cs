using System.Runtime.CompilerServices;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Health;

namespace AtlanticProxy.ControlPlane.Jobs;

/// <summary>
/// Deletes rows that nothing reads any more, so many at a time that nobody waits for long. What is partitioned goes by
/// <see cref="Partitions.PartitionKeeping"/>.
/// </summary>
public sealed class Forgetting(AtlanticDb db, Findings findings, RetentionOptions retention, TimeProvider time) : IClusterJob
{
    /// <summary>A session lasts a day at most, so after two its name stands for another exit in any case.</summary>
    internal static readonly TimeSpan SessionExitChangesKept = TimeSpan.FromDays(2);

    /// <summary>
    /// Marks of accepted batches that nobody has withdrawn (their node never came back) are kept this long: it is the longest
    /// that a node may be switched off with an undelivered journal and still be counted exactly once.
    /// </summary>
    private static readonly TimeSpan UsageBatchesKept = TimeSpan.FromDays(90);

    /// <summary>Well after the last moment that anyone counts them.</summary>
    private static readonly TimeSpan LeasesKept = TimeSpan.FromHours(1);

    /// <summary>Days (UTC) of running totals by provider: caps look at the present month.</summary>
    private const int ProviderDaysKept = 62;

    /// <summary>Rows of one statement, which takes well under a second.</summary>
    internal const int Batch = 10_000;

    /// <summary>Of checks, and of what was told of them: a little more than the page's bar of days shows.</summary>
    internal static readonly TimeSpan HealthKept = TimeSpan.FromDays(HealthQueries.Days + 2);

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var deleted = new Dictionary<Kept, long>();
        foreach (var (kind, table, where, value) in Terms(time.GetUtcNow()))
            deleted[kind] = deleted.GetValueOrDefault(kind) + await DeleteAsync(table, where, value, cancellation);
        if (retention.AuditDays > 0)
            deleted[Kept.Audit] = await ForgetAuditAsync(time.GetUtcNow().AddDays(-retention.AuditDays), cancellation);
        await findings.SaveAsync(
            KeptQueries.Check, [.. deleted.Select(each => new Deleted(each.Key, each.Value))], cancellation);
        return new JobReport($"{deleted.Values.Sum()} rows deleted");
    }

    private IEnumerable<(Kept Kind, string Table, string Where, object Value)> Terms(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        yield return (Kept.Sessions, "user_sessions", "expires_at < {0}", now);
        foreach (string links in new[] { "password_resets", "sign_in_links", "invitations", "email_changes", "sign_ups" })
            yield return (Kept.Links, links, "expires_at < {0}", now);
        yield return (Kept.SignIns, "sign_ins", "tried_at < {0}", now.AddDays(-retention.SignInDays));
        yield return (Kept.SignIns, "user_networks", "signed_in_at < {0}", now - KnownNetworks.Kept);
        yield return (Kept.Tokens, "api_tokens", "revoked_at < {0}", now.AddDays(-retention.TokenDays));
        yield return (Kept.Quotas, "quota_days", "day < {0}", today.AddDays(-retention.QuotaDays));
        yield return (Kept.Mails, "mails", "created_at < {0} and state not in ('queued', 'sending')",
            now.AddDays(-retention.MailDays));
        yield return (Kept.Webhooks, "webhook_deliveries", "queued_at < {0} and state <> 'pending'",
            now.AddDays(-retention.WebhookDays));
        yield return (Kept.GatewayDeliveries, "webhook_inbox", "received_at < {0} and state = 'handled'",
            now.AddDays(-retention.GatewayDays));
        yield return (Kept.Imports, "imports", "created_at < {0} and state in ('mapping', 'checked')",
            now.AddDays(-retention.ImportDays));
        yield return (Kept.Backups, "restore_drills", "asked_at < {0}", now.AddDays(-retention.BackupDays));
        yield return (Kept.Backups, "backups", "asked_at < {0} and (removed_at is not null or made_at is null)",
            now.AddDays(-retention.BackupDays));
        yield return (Kept.Health, "health_spans", "seen_at < {0}", now - HealthKept);
        yield return (Kept.Health, "health_mutes", "ends_at < {0}", now - HealthKept);
        yield return (Kept.Health, "alerts", "decided_at < {0}", now - HealthKept);
        yield return (Kept.Workings, "session_exit_changes", "changed_at < {0}", now - SessionExitChangesKept);
        yield return (Kept.Workings, "usage_batches", "accepted_at < {0}", now - UsageBatchesKept);
        yield return (Kept.Workings, "quota_leases", "expires_at < {0}", now - LeasesKept);
        yield return (Kept.Workings, "quota_leases", "amount = 0 and expires_at < {0}", now);
        yield return (Kept.Workings, "idempotent_requests", "begun_at < {0}", now - IdempotencyBook.Kept);
        yield return (Kept.Workings, "provider_days", "day < {0}", today.AddDays(-ProviderDaysKept));
    }

    /// <param name="where">With <c>{0}</c> for the value, which goes as a parameter.</param>
    private async Task<long> DeleteAsync(string table, string where, object value, CancellationToken cancellation)
    {
        var batch = FormattableStringFactory.Create(
            $"delete from {table} where ctid = any (array(select ctid from {table} where {where} limit {Batch}))", value);
        long all = 0;
        int rows;
        do
            all += rows = await db.ExecuteSqlAsync(batch, cancellation);
        while (rows == Batch);
        return all;
    }

    private async Task<long> ForgetAuditAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        long all = 0, rows;
        do
            all += rows = await db.ScalarAsync<long>($"select forget_audit({before}, {Batch})", cancellation);
        while (rows == Batch);
        return all;
    }
}
