using System.Net;
using System.Text.Json;
using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Serving;
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
    public static IServiceCollection AddApplianceHealth(this IServiceCollection services, string node)
    {
        services.AddSingleton<JobsHealth>().AddSingleton<DatabaseHealth>();
        services.AddSingleton(provider => new HealthMonitor(HealthPlan.All, provider.GetRequiredService<IServiceScopeFactory>(),
                node, () => provider.GetRequiredService<ApplianceState>().Phase == AppliancePhase.Stopping,
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<HealthMonitor>>()))
            .AddSingleton<IHealthLooks>(provider => provider.GetRequiredService<HealthMonitor>());
        var checks = services.AddHealthChecks();
        foreach (var check in HealthPlan.All)
            checks.Add(new HealthCheckRegistration(check.Name,
                provider => check.IsSlow ? new LastLook(provider.GetRequiredService<HealthMonitor>(), check.Name)
                    : check.Create(provider),
                HealthStatus.Unhealthy, check.Tags));
        checks.AddCheck<MonitorHealth>(MonitorHealth.Name, tags: [PlannedCheck.AlarmTag]);
        return services;
    }

    public static void MapApplianceHealth(this WebApplication app, PortalListenerOptions options)
    {
        IPNetwork[] networks = [.. options.HealthNetworks.Select(network => IPNetwork.Parse(network))];
        Map("/health/live", _ => false);
        Map("/health/ready", check => !check.Tags.Contains(PlannedCheck.AlarmTag));
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
