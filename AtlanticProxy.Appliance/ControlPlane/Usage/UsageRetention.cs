using Microsoft.Extensions.Logging;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>Makes the partitions of the next days and drops those whose time is over, every hour. Any number of nodes may do so at once.</summary>
public sealed partial class UsageRetention
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Partitions are there this long before their day begins: a weekend without this job does no harm, and a batch makes its own if need be.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(3);

    /// <summary>
    /// Marks of accepted batches that nobody has withdrawn (their node never came back) are kept this long: it is the longest that a node may be switched off
    /// with an undelivered journal and still be counted exactly once.
    /// </summary>
    private static readonly TimeSpan MarksKept = TimeSpan.FromDays(90);

    /// <summary>Dropping waits for readers of the table, and whoever comes after waits behind it: rather try again an hour later. Milliseconds.</summary>
    private const int LockTimeout = 3_000;

    private readonly NpgsqlDataSource _database;
    private readonly UsageOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    internal UsageRetention(NpgsqlDataSource database, UsageOptions options, TimeProvider time, ILogger<UsageRetention> log) =>
        (_database, _options, _time, _log) = (database, options, time, log);

    /// <summary>Runs until cancelled. A failure is the caller's to record and to start again after.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        do
            await TendAsync(cancellation);
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    /// <summary>Partitions dropped.</summary>
    internal async Task<int> TendAsync(CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        await using var connection = await _database.OpenConnectionAsync(cancellation);
        await ScalarAsync(connection, "select ensure_usage_partitions($1, $2)", cancellation, now, now + Ahead);
        await ScalarAsync(connection, "delete from usage_batches where accepted_at < $1", cancellation, now - MarksKept);
        await ScalarAsync(connection, $"set lock_timeout = {LockTimeout}", cancellation);
        int dropped = 0;
        if (!_options.TargetDomains)
            await ScalarAsync(connection, "delete from usage_targets", cancellation);
        foreach (var (table, days) in new[]
        {
            ("usage_recent", _options.RecentDays), ("usage_hourly", _options.HourlyDays), ("usage_daily", _options.DailyDays), ("usage_targets", _options.DailyDays),
        })
            dropped += (int)(await ScalarAsync(connection, $"select drop_usage_partitions('{table}', $1)", cancellation, now.AddDays(-days)))!;
        if (dropped > 0)
            LogDropped(dropped);
        return dropped;
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation, params DateTimeOffset[] instants)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var instant in instants)
            command.Parameters.AddWithValue(instant);
        return await command.ExecuteScalarAsync(cancellation);
    }

    [LoggerMessage(2211, LogLevel.Information, "Dropped {Partitions} partitions of usage whose time was over")]
    private partial void LogDropped(int partitions);
}
