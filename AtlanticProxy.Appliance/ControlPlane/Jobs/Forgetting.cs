using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Health;
using LinqToDB;

namespace AtlanticProxy.ControlPlane.Jobs;

/// <summary>
/// Deletes rows that nothing reads any more. What is partitioned goes by <see cref="Partitions.PartitionKeeping"/>.
/// </summary>
public sealed class Forgetting(AtlanticDb db, TimeProvider time) : IClusterJob
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

    /// <summary>Of payment gateways: as long as a payment is commonly disputed. Those that nobody understood stay.</summary>
    private static readonly TimeSpan InboxKept = TimeSpan.FromDays(90);

    /// <summary>Sent or not, delivered or not: as long as somebody may ask about one.</summary>
    private static readonly TimeSpan MailsKept = TimeSpan.FromDays(90), DeliveriesKept = TimeSpan.FromDays(30);

    /// <summary>Revoked ones: as long as a program that still uses one is told so.</summary>
    private static readonly TimeSpan TokensKept = TimeSpan.FromDays(90);

    /// <summary>Days (UTC): reports of minutes look back a year, and forecasts a week.</summary>
    private const int QuotaDaysKept = 400;

    /// <summary>Days (UTC) of running totals by provider: caps look at the present month.</summary>
    private const int ProviderDaysKept = 62;

    /// <summary>Of customers, not imported: the file has passwords.</summary>
    private static readonly TimeSpan UnusedImportsKept = TimeSpan.FromDays(7);

    /// <summary>Of checks, and of what was told of them: a little more than the page's bar of days shows.</summary>
    private static readonly TimeSpan HealthKept = TimeSpan.FromDays(HealthQueries.Days + 2);

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        int rows = await db.SessionExitChanges.Where(change => change.ChangedAt < now - SessionExitChangesKept)
            .DeleteAsync(cancellation);
        rows += await db.UsageBatches.Where(batch => batch.AcceptedAt < now - UsageBatchesKept).DeleteAsync(cancellation);
        rows += await db.ExecuteSqlAsync($"""
            delete from quota_leases where expires_at < {now - LeasesKept} or (amount = 0 and expires_at < {now})
            """, cancellation);
        rows += await db.ExecuteSqlAsync($"delete from user_sessions where expires_at < {now}", cancellation);
        rows += await db.ExecuteSqlAsync($"delete from api_tokens where revoked_at < {now - TokensKept}", cancellation);
        rows += await db.ExecuteSqlAsync($"delete from idempotent_requests where begun_at < {now - IdempotencyBook.Kept}",
            cancellation);
        rows += await db.ExecuteSqlAsync($"delete from password_resets where expires_at < {now}", cancellation);
        rows += await db.ExecuteSqlAsync($"delete from sign_in_links where expires_at < {now}", cancellation);
        rows += await db.ExecuteSqlAsync($"delete from invitations where expires_at < {now}", cancellation);
        rows += await db.ExecuteSqlAsync($"delete from email_changes where expires_at < {now}", cancellation);
        rows += await db.ExecuteSqlAsync($"delete from sign_ups where expires_at < {now}", cancellation);
        rows += await db.ExecuteSqlAsync($"delete from user_networks where signed_in_at < {now - KnownNetworks.Kept}",
            cancellation);
        rows += await db.ExecuteSqlAsync($"delete from sign_ins where tried_at < {now - SignInLog.Kept}", cancellation);
        rows += await db.ExecuteSqlAsync($"""
            delete from mails where created_at < {now - MailsKept} and state not in ('queued', 'sending')
            """, cancellation);
        rows += await db.ExecuteSqlAsync($"""
            delete from webhook_deliveries where queued_at < {now - DeliveriesKept} and state <> 'pending'
            """, cancellation);
        rows += await db.ExecuteSqlAsync($"delete from quota_days where day < {today.AddDays(-QuotaDaysKept)}", cancellation);
        rows += await db.ExecuteSqlAsync($"delete from provider_days where day < {today.AddDays(-ProviderDaysKept)}",
            cancellation);
        rows += await db.ExecuteSqlAsync($"""
            delete from webhook_inbox where received_at < {now - InboxKept} and state = 'handled'
            """, cancellation);
        rows += await db.ExecuteSqlAsync($"""
            delete from imports where created_at < {now - UnusedImportsKept} and state in ('mapping', 'checked')
            """, cancellation);
        rows += await db.HealthSpans.Where(span => span.SeenAt < now - HealthKept).DeleteAsync(cancellation);
        rows += await db.HealthMutes.Where(mute => mute.EndsAt < now - HealthKept).DeleteAsync(cancellation);
        rows += await db.Alerts.Where(alert => alert.DecidedAt < now - HealthKept).DeleteAsync(cancellation);
        return new JobReport($"{rows} rows deleted");
    }
}
