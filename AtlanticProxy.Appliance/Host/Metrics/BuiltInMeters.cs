using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace AtlanticProxy.Host.Metrics;

/// <summary>
/// What is shown of the meters of .NET, ASP.NET Core and Npgsql: a closed list, in which no host, address or route is a label.
/// </summary>
internal static class BuiltInMeters
{
    public static readonly string[] Names =
        ["System.Runtime", "Npgsql", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    private static readonly HashSet<string> Shown =
    [
        "dotnet.exceptions", "dotnet.gc.collections", "dotnet.gc.heap.total_allocated", "dotnet.gc.last_collection.heap.size",
        "dotnet.gc.pause.time", "dotnet.monitor.lock_contentions", "dotnet.process.cpu.time", "dotnet.process.memory.working_set",
        "db.client.connection.count", "db.client.connection.max", "db.client.connection.npgsql.create_time",
        "db.client.operation.duration", "db.client.operation.failed",
        "http.server.active_requests", "http.server.request.duration",
        "kestrel.active_connections", "kestrel.connection.duration", "kestrel.queued_connections", "kestrel.rejected_connections",
    ];

    private static readonly string[] Labels =
    [
        "db.client.connection.pool.name", "db.client.connection.state", "http.request.method", "http.response.status_code",
    ];

    /// <summary>How an instrument is shown; null for as it is.</summary>
    public static MetricStreamConfiguration? ViewOf(Instrument instrument)
    {
        if (!Names.Contains(instrument.Meter.Name))
            return null;
        if (!Shown.Contains(instrument.Name))
            return MetricStreamConfiguration.Drop;
        if (instrument.Meter.Name == "System.Runtime")
            return null;
        return new MetricStreamConfiguration
        {
            TagKeys = Labels,
            Name = instrument.Name == "db.client.connection.count" ? "db.client.connections" : null, // "count" is a histogram's
        };
    }
}
