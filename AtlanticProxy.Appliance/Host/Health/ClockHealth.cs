using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace AtlanticProxy.Host.Health;

/// <summary>
/// Whether this machine's clock is the database's: leases, sessions and signatures end by the one, and begin by the other.
/// </summary>
internal sealed class ClockHealth(NpgsqlDataSource database, TimeProvider time) : IHealthCheck
{
    /// <summary>Codes of second factors hold for 30 s, leases for a minute.</summary>
    private static readonly TimeSpan MostOffset = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("select clock_timestamp()");
        var before = time.GetUtcNow();
        var theirs = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!);
        var after = time.GetUtcNow();
        return Judge(theirs - before, theirs - after);
    }

    /// <summary>The database's clock was read between the two: it is off by no less than the nearer of them.</summary>
    internal static HealthCheckResult Judge(TimeSpan sinceBefore, TimeSpan sinceAfter)
    {
        var offset = sinceBefore < TimeSpan.Zero ? sinceBefore : sinceAfter > TimeSpan.Zero ? sinceAfter : TimeSpan.Zero;
        return offset.Duration() <= MostOffset
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"The database's clock is {offset.Duration().TotalSeconds:0.0} s "
                + $"{(offset > TimeSpan.Zero ? "ahead of" : "behind")} this machine's: let both keep time (chrony).");
    }
}
