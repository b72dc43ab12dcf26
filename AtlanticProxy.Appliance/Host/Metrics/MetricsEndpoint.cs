using System.Net;
using AtlanticProxy.Engine;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Web.Security;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace AtlanticProxy.Host.Metrics;

/// <summary>
/// <c>/metrics</c> for Prometheus, to whom <c>/health</c> answers too, and OTLP where it is set. docs/metrics.md lists
/// every metric.
/// </summary>
internal static class MetricsEndpoint
{
    public const string Path = "/metrics";

    public static IServiceCollection AddApplianceMetrics(this IServiceCollection services, MetricsOptions options, string node)
    {
        services.AddMetrics();
        services.AddSingleton<DatabaseFigures>();
        if (!options.AnybodyListens)
            return services;
        services.AddSingleton<ApplianceMetrics>().AddSingleton<BusinessMetrics>();
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.Clear().AddService("atlanticproxy", serviceInstanceId: node))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter([ProxyEngine.MeterName, ApplianceMetrics.MeterName, .. BuiltInMeters.Names]);
                metrics.AddView(BuiltInMeters.ViewOf);
                if (options.Enabled)
                    metrics.AddPrometheusExporter(prometheus =>
                    {
                        prometheus.ScopeInfoEnabled = false;
                        prometheus.TargetInfoEnabled = false;
                    });
                if (options.OtlpEndpoint.Length > 0)
                    metrics.AddOtlpExporter((otlp, reader) =>
                    {
                        otlp.Protocol = OpenTelemetry.Exporter.OtlpExportProtocol.HttpProtobuf;
                        otlp.Endpoint = options.OtlpAddress;
                        reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds =
                            (int)options.OtlpInterval.TotalMilliseconds;
                    });
            });
        return services;
    }

    public static void MapApplianceMetrics(this WebApplication app, MetricsOptions options, PortalListenerOptions listener)
    {
        if (!options.AnybodyListens)
            return;
        // They are there before the first question.
        app.Services.GetRequiredService<JobMetrics>();
        app.Services.GetRequiredService<ApplianceMetrics>();
        app.Services.GetRequiredService<BusinessMetrics>();
        if (!options.Enabled)
            return;
        IPNetwork[] networks = [.. listener.HealthNetworks.Select(network => IPNetwork.Parse(network))];
        var figures = app.Services.GetRequiredService<DatabaseFigures>();
        app.MapPrometheusScrapingEndpoint(Path)
            .ShortCircuit() // no session is looked up: metrics do without the database
            .Add(endpoint =>
            {
                var scrape = endpoint.RequestDelegate!;
                endpoint.RequestDelegate = async context =>
                {
                    if (!RequestOrigin.IsThisMachineOrIn(context, networks))
                    {
                        context.Response.StatusCode = StatusCodes.Status404NotFound;
                        return;
                    }
                    await figures.RefreshAsync();
                    context.Response.Headers.CacheControl = "no-store";
                    await scrape(context);
                };
            });
    }
}
