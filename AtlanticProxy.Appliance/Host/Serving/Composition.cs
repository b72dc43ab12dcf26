using AtlanticProxy.ControlPlane;
using AtlanticProxy.ControlPlane.Backups;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.ControlPlane.Snapshots;
using AtlanticProxy.Engine;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Journal;
using AtlanticProxy.Engine.Usage.Leases;
using AtlanticProxy.Host.Backups;
using AtlanticProxy.Host.BlockLists;
using AtlanticProxy.Host.Certificates;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Diagnosis;
using AtlanticProxy.Host.Health;
using AtlanticProxy.Host.Jobs;
using AtlanticProxy.Host.Logging;
using AtlanticProxy.Host.Metrics;
using AtlanticProxy.Web;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting.Systemd;
using LogFactory = NLog.LogFactory;

namespace AtlanticProxy.Host.Serving;

/// <summary>Puts the libraries together into one application. Nothing runs yet.</summary>
internal static class Composition
{
    /// <summary>Open pages get this long when the portal stops.</summary>
    private static readonly TimeSpan PortalStopTimeout = TimeSpan.FromSeconds(5);

    public static WebApplication Build(Settings settings, string connectionString, LogFactory log)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(Composition).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.Logging.AddApplianceLog(log);
        builder.WebHost.UseKestrel(kestrel => kestrel.ListenAsPortal(settings));
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = PortalStopTimeout;
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
        });
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoSignals>());

        builder.Services.AddRouting();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddControlPlane(settings.ControlPlane(connectionString));
        builder.Services.AddSingleton(services =>
            UsageJournal.Open(settings.Journal, settings.Engine.NodeName, services.GetRequiredService<ILogger<UsageJournal>>()));
        builder.Services.AddSingleton(services => new LiveTraffic(services.GetRequiredService<UsageJournal>(),
                services.GetRequiredService<Lazy<ProxyEngine>>(), services.GetRequiredService<TimeProvider>()))
            .AddSingleton<IUsageSink>(services => services.GetRequiredService<LiveTraffic>())
            .AddSingleton<ILiveTraffic>(services => services.GetRequiredService<LiveTraffic>());
        builder.Services.AddSingleton<ISnapshotSink, EngineSnapshotSink>();
        builder.Services.AddSingleton(services => new ProxyEngine(
            settings.Engine, services.GetRequiredService<IUsageSink>(), services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>(),
            services.GetRequiredService<ILeaseSource>(), services.GetService<ITargetSink>(),
            services.GetRequiredService<ConnectionBacklog>()));
        builder.Services.AddSingleton<IProviderStatuses, EngineProviderStatuses>()
            .AddSingleton<ILiveConnections, EngineConnections>()
            .AddSingleton<IDestinations>(services => new EngineDestinations(
                services.GetRequiredService<ProxyEngine>(), settings.Engine, services.GetRequiredService<BlockListFetch>()));
        builder.Services.AddSingleton<IMachineSettings, MachineSettings>();
        builder.Services.AddSingleton<ApplianceState>().AddSingleton<BackgroundWork>();
        builder.Services.AddSingleton<ISystemdNotifier, SystemdNotifier>().AddSingleton<ServiceManager>()
            .AddSingleton(services => new Lazy<ProxyEngine>(services.GetRequiredService<ProxyEngine>));
        builder.Services.AddSingleton(settings).AddSingleton<ApplianceDatabase>().AddSingleton<SnapshotKeeping>();
        builder.Services.AddSingleton<ApplianceRestart>().AddSingleton<SiteKeeping>()
            .AddSingleton<IRunningSite>(services => services.GetRequiredService<SiteKeeping>());
        builder.Services.AddSingleton<IProviderTest, ProviderProbe>().AddSingleton<IEndpointTest, EndpointProbe>();
        builder.Services.AddSingleton(services =>
            new SnapshotFile(settings.SnapshotFile, services.GetRequiredService<SecretBox>()));
        builder.Services.AddSingleton(settings.BlockLists).AddSingleton(services => new BlockListFetch(
            settings.BlockLists, settings.Engine.BlockListFolder, services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<BlockListFetch>>()));
        builder.Services.AddPortalCertificate();
        builder.Services.AddClusterJobs(settings.Jobs);
        builder.Services.Replace(ServiceDescriptor.Singleton<IBackupWork>(services => new BackupWork(
            settings, connectionString, services.GetRequiredService<Migrator>(), services.GetRequiredService<TimeProvider>())));
        builder.Services.AddNodeJobs(settings);
        builder.Services.AddApplianceHealth(settings.Engine.NodeName);
        builder.Services.AddApplianceMetrics(settings.Metrics, settings.Engine.NodeName);
        builder.Services.AddAtlanticWeb(settings.Portal, settings.Compat);

        var app = builder.Build();
        if (settings.CertificateSource == CertificateSource.Acme)
            app.UseAcmeChallenges();
        app.MapAtlanticWeb();
        app.MapApplianceHealth(settings.PortalListener);
        app.MapApplianceMetrics(settings.Metrics, settings.PortalListener);
        return app;
    }

    /// <summary>
    /// Signals are <see cref="Appliance"/>'s: it stops more than the web host knows of, in an order of its own.
    /// </summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
