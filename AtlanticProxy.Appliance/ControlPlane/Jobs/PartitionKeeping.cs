using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Usage;
using LinqToDB;

namespace AtlanticProxy.ControlPlane.Jobs;

/// <summary>
/// Makes the partitions of the next days and drops those whose time is over, of usage and of the connection log.
/// </summary>
public sealed class PartitionKeeping(AtlanticDb db, UsageOptions usage, ConnectionLogOptions connections, TimeProvider time)
    : IClusterJob
{
    /// <summary>
    /// Partitions are there this long before their day begins: a weekend without this job does no harm, and a batch makes its own
    /// if need be.
    /// </summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(3);

    /// <summary>
    /// Dropping waits for readers of the table, and whoever comes after waits behind it: try again an hour later instead.
    /// Milliseconds.
    /// </summary>
    private const int LockTimeout = 3_000;

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        int dropped = await TendAsync(cancellation);
        return new JobReport($"{dropped} partitions dropped");
    }

    /// <summary>Partitions dropped.</summary>
    internal async Task<int> TendAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        (string Table, int Days)[] tables =
        [
            ("usage_recent", usage.RecentDays), ("usage_hourly", usage.HourlyDays), ("usage_daily", usage.DailyDays),
            ("usage_targets", usage.DailyDays),
            ("connection_log", connections.RetentionDays),
        ];
        string[] names = [.. tables.Select(table => table.Table)];
        await db.ScalarAsync<object>($"select ensure_partitions({names}, {now}, {now + Ahead})", cancellation);
        if (!usage.TargetDomains)
            await db.UsageTargets.DeleteAsync(cancellation);
        int dropped = 0;
        foreach (var (table, days) in tables)
            dropped += await DropAsync(table, now.AddDays(-days), cancellation);
        return dropped;
    }

    private async Task<int> DropAsync(string table, DateTimeOffset before, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        await db.ScalarAsync<string>($"select set_config('lock_timeout', {LockTimeout}::text, true)", cancellation);
        int dropped = await db.ScalarAsync<int>($"select drop_partitions({table}, {before})", cancellation);
        await transaction.CommitAsync(cancellation);
        return dropped;
    }
}
