using System.Net;
using System.Text.Json;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>
/// <c>/health/live</c> (the process answers), <c>/health/ready</c> (send traffic here) and <c>/health</c> (all of it, alarms too
/// that are no reason to send traffic elsewhere), for loopback and Portal:HealthNetworks only.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>Tag of what somebody must look at, though this node serves as well as any.</summary>
    private const string Alarm = "alarm";

    public static IServiceCollection AddApplianceHealth(this IServiceCollection services)
    {
        services.AddSingleton<JobsHealth>().AddSingleton<DatabaseHealth>();
        services.AddHealthChecks()
            .AddCheck<EngineHealth>("engine")
            .AddCheck<DatabaseHealth>("database")
            .AddCheck<SnapshotHealth>("snapshot")
            .AddCheck<JournalHealth>("journal")
            .AddCheck<LedgerHealth>("ledger", tags: [Alarm])
            .AddCheck<DriftHealth>("reconciliation", tags: [Alarm])
            .AddCheck<ProvidersHealth>("providers")
            .AddCheck<WorkHealth>("work")
            .AddCheck<JobsHealth>("jobs", tags: [Alarm])
            .AddCheck<BlockListHealth>("block lists")
            .AddCheck<BackupsHealth>("backups", tags: [Alarm])
            .AddCheck<CertificateHealth>("certificate", tags: [Alarm]);
        return services;
    }

    public static void MapApplianceHealth(this WebApplication app, PortalListenerOptions options)
    {
        IPNetwork[] networks = [.. options.HealthNetworks.Select(network => IPNetwork.Parse(network))];
        Map("/health/live", _ => false);
        Map("/health/ready", check => !check.Tags.Contains(Alarm));
        Map("/health", _ => true);

        void Map(string path, Func<HealthCheckRegistration, bool> which) =>
            app.MapHealthChecks(path, new HealthCheckOptions { Predicate = which, ResponseWriter = WriteAsync })
                .ShortCircuit() // no session is looked up: health does without the database
                .Add(endpoint =>
                {
                    var check = endpoint.RequestDelegate!;
                    endpoint.RequestDelegate = context =>
                    {
                        if (RequestOrigin.IsThisMachineOrIn(context, networks))
                            return check(context);
                        context.Response.StatusCode = StatusCodes.Status404NotFound;
                        return Task.CompletedTask;
                    };
                });
    }

    /// <summary>The form of HealthChecks UI's UIResponseWriter, so that one elsewhere can poll us.</summary>
    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new
        {
            status = report.Status.ToString(),
            totalDuration = report.TotalDuration,
            entries = report.Entries.ToDictionary(entry => entry.Key, entry => new
            {
                data = entry.Value.Data, description = entry.Value.Description, duration = entry.Value.Duration,
                status = entry.Value.Status.ToString(), tags = entry.Value.Tags,
            }),
        }, JsonSerializerOptions.Web, context.RequestAborted);
    }
}
