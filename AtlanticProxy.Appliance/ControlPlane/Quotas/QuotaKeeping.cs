using AtlanticProxy.ControlPlane.Database;
using LinqToDB;

namespace AtlanticProxy.ControlPlane.Quotas;

/// <summary>
/// What quotas need within seconds though nobody asks: periods that begin, and plans that end. Several nodes may do it at once:
/// rows are locked, and whoever comes second finds nothing to do.
/// </summary>
public sealed class QuotaKeeping(DataOptions<AtlanticDb> database, TimeProvider time)
{
    /// <summary>
    /// How late a period may begin for clients that are refused meanwhile. Whoever asks for a lease begins it at once.
    /// </summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Runs until cancelled. Faults of the database end it: whoever runs it starts it again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await using (var db = new AtlanticDb(database))
                await db.ScalarAsync<int>($"select quota_turn(clock_timestamp())", cancellation);
            var next = await EndPlansAsync(cancellation);
            await Task.Delay(next < Interval ? next.Value : Interval, time, cancellation);
        }
    }

    /// <summary>
    /// Ends the plans whose time has come. Answers how long it is until the next one's; null when there is none.
    /// </summary>
    internal async Task<TimeSpan?> EndPlansAsync(CancellationToken cancellation)
    {
        await using var db = new AtlanticDb(database);
        // A millisecond more, or rounding would have it asked for just before.
        return await db.ScalarAsync<double?>($"select end_plans({time.GetUtcNow()})", cancellation) is { } seconds
            ? TimeSpan.FromSeconds(Math.Min(seconds, Interval.TotalSeconds)) + TimeSpan.FromMilliseconds(1)
            : null;
    }
}
