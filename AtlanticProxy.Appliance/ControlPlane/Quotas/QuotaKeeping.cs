using Npgsql;

namespace AtlanticProxy.ControlPlane.Quotas;

/// <summary>
/// What quotas need besides their use: periods that begin though nobody asks, plans that end, wallets charged for what was used, and lost leases forgotten. Several nodes may do it at
/// once: rows are locked, and whoever comes second finds nothing to do.
/// </summary>
public sealed class QuotaKeeping(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How late a period may begin for clients that are refused meanwhile. Whoever asks for a lease begins it at once.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>A wallet is charged this often at most: 144 ledger entries a day for one in constant use.</summary>
    private static readonly TimeSpan SettleInterval = TimeSpan.FromMinutes(10);

    /// <summary>Rolling windows have up to 366 days, and forecasts 7.</summary>
    private const string ForgetDays = "delete from quota_days where day < (now() at time zone 'UTC')::date - 400";

    /// <summary>Well after the last moment that anyone counts them.</summary>
    private const string ForgetLeases = "delete from quota_leases where expires_at < now() - interval '1 hour' or (amount = 0 and expires_at < now())";

    /// <summary>Runs until cancelled. Faults of the database end it: whoever runs it starts it again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var settled = time.GetUtcNow();
        while (true)
        {
            await ExecuteAsync("select quota_turn(clock_timestamp())", cancellation);
            if (time.GetUtcNow() - settled >= SettleInterval)
            {
                settled = time.GetUtcNow();
                await SettleAsync(cancellation);
                await ExecuteAsync(ForgetLeases, cancellation);
                await ExecuteAsync(ForgetDays, cancellation);
            }
            var next = await EndPlansAsync(cancellation);
            await Task.Delay(next < Interval ? next.Value : Interval, time, cancellation);
        }
    }

    /// <summary>Ends the plans whose time has come. Answers how long it is until the next one's; null when there is none.</summary>
    internal async Task<TimeSpan?> EndPlansAsync(CancellationToken cancellation)
    {
        await using var end = database.CreateCommand("select end_plans($1)");
        end.Parameters.AddWithValue(time.GetUtcNow().UtcDateTime);
        // A millisecond more, or rounding would have it asked for just before.
        return await end.ExecuteScalarAsync(cancellation) is double seconds ? TimeSpan.FromSeconds(Math.Min(seconds, Interval.TotalSeconds)) + TimeSpan.FromMilliseconds(1) : null;
    }

    /// <summary>Charges every wallet for what was used since the last time, each in a transaction of its own.</summary>
    internal async Task SettleAsync(CancellationToken cancellation)
    {
        var due = new List<long>();
        await using (var unsettled = database.CreateCommand("select id from quota_accounts where unsettled > 0 order by id"))
        await using (var row = await unsettled.ExecuteReaderAsync(cancellation))
            while (await row.ReadAsync(cancellation))
                due.Add(row.GetInt64(0));
        foreach (long account in due)
        {
            await using var settle = database.CreateCommand("select quota_settle($1, clock_timestamp())");
            settle.Parameters.AddWithValue(account);
            await settle.ExecuteNonQueryAsync(cancellation);
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
