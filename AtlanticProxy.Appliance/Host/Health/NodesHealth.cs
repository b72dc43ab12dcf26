using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether every node that was there lately still is: one that died tells nobody of it.</summary>
internal sealed class NodesHealth(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // Nodes note each minute that they are there. One that was taken away on purpose is forgotten after a day.
        await using var command = database.CreateCommand("""
            select node, max(seen_at) from health_spans where seen_at > now() - interval '1 day'
            group by node having max(seen_at) < now() - interval '5 minutes' order by node
            """);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var gone = new List<string>();
        while (await rows.ReadAsync(cancellationToken))
            gone.Add(string.Create(CultureInfo.InvariantCulture,
                $"{rows.GetString(0)} was last there at {rows.GetFieldValue<DateTimeOffset>(1):u}"));
        return gone.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded($"{string.Join("; ", gone)}.");
    }
}
