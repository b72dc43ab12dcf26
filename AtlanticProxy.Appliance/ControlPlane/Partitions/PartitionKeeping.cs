using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Usage;
using LinqToDB;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Partitions;

/// <summary>
/// Keeps the partitions of every <see cref="PartitionedTable"/>: makes those of the next days, and drops those whose time is
/// over.
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

    /// <summary>
    /// Makes the partitions that rows of these days need, where they are missing: for who is about to write them.
    /// </summary>
    internal static async Task EnsureAsync(
        NpgsqlConnection connection, IEnumerable<PartitionedTable> tables, DateTimeOffset first, DateTimeOffset last,
        CancellationToken cancellation)
    {
        await using var ensure = new NpgsqlCommand("select ensure_partitions($1, $2, $3)", connection)
        {
            Parameters = { new() { Value = NamesOf(tables) }, new() { Value = first }, new() { Value = last } },
        };
        await ensure.ExecuteNonQueryAsync(cancellation);
    }

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        int dropped = await TendAsync(cancellation);
        return new JobReport($"{dropped} partitions dropped");
    }

    /// <summary>Partitions dropped.</summary>
    internal async Task<int> TendAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await db.ScalarAsync<object>($"select ensure_partitions({NamesOf(PartitionedTable.All)}, {now}, {now + Ahead})",
            cancellation);
        if (!usage.TargetDomains)
            await db.UsageTargets.DeleteAsync(cancellation);
        var oldest = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-DestinationRuleQueries.HitDays);
        await db.DestinationRuleHits.Where(hits => hits.Day < oldest).DeleteAsync(cancellation);
        int dropped = 0;
        foreach (var table in PartitionedTable.All)
            dropped += await DropAsync(table.Name, now.AddDays(-table.DaysKept(usage, connections)), cancellation);
        return dropped;
    }

    private static string[] NamesOf(IEnumerable<PartitionedTable> tables) => [.. tables.Select(table => table.Name)];

    private async Task<int> DropAsync(string table, DateTimeOffset before, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        await db.ScalarAsync<string>($"select set_config('lock_timeout', {LockTimeout}::text, true)", cancellation);
        int dropped = await db.ScalarAsync<int>($"select drop_partitions({table}, {before})", cancellation);
        await transaction.CommitAsync(cancellation);
        return dropped;
    }
}
