using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace AtlanticProxy.Host.Health;

/// <summary>What stops a PostgreSQL that nobody looks after: connections, transaction ids, replicas that lag behind.</summary>
internal sealed class DatabaseCareHealth(NpgsqlDataSource database) : IHealthCheck
{
    /// <summary>Of max_connections; then new ones are soon refused.</summary>
    private const double MostConnections = 0.85;

    /// <summary>
    /// Transactions since the oldest row was frozen. Autovacuum begins at 200 million, and PostgreSQL stops writing at about 2.1
    /// thousand million (documentation, "Preventing Transaction ID Wraparound Failures").
    /// </summary>
    private const long OldTransactions = 1000 * Million, Million = 1_000_000;

    /// <summary>A failover would lose, or wait for, so much.</summary>
    private static readonly TimeSpan LongestLag = TimeSpan.FromMinutes(1);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("""
            select (select count(*) from pg_stat_activity where backend_type = 'client backend'),
                current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
                (select max(age(datfrozenxid)) from pg_database)::bigint,
                (select max(extract(epoch from coalesce(replay_lag, interval '0')))::float8 from pg_stat_replication),
                pg_database_size(current_database())
            """);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        long connections = row.GetInt64(0), age = row.GetInt64(2);
        int most = row.GetInt32(1);
        double? lag = await row.IsDBNullAsync(3, cancellationToken) ? null : row.GetDouble(3);
        var facts = new Dictionary<string, object>
        {
            ["connections"] = connections, ["maxConnections"] = most, ["transactionAge"] = age, ["bytes"] = row.GetInt64(4),
        };
        if (lag is { } seconds)
            facts["replicaLagSeconds"] = seconds;
        string[] problems = [.. ProblemsOf(connections, most, age, lag)];
        return problems.Length == 0
            ? HealthCheckResult.Healthy(Say($"{connections} of {most} connections, {row.GetInt64(4) >> 20} MB."), facts)
            : HealthCheckResult.Degraded(string.Join(" ", problems), data: facts);
    }

    internal static IEnumerable<string> ProblemsOf(long connections, int most, long age, double? lag)
    {
        if (connections > MostConnections * most)
            yield return Say($"{connections} of {most} connections are taken: raise max_connections, or find who holds them.");
        if (age > OldTransactions)
            yield return Say($"The oldest transaction is {age / Million} million back, and PostgreSQL stops at 2100: vacuum.");
        if (lag > LongestLag.TotalSeconds)
            yield return Say($"A replica is {lag:0} s behind.");
    }

    private static string Say(FormattableString words) => words.ToString(CultureInfo.InvariantCulture);
}
