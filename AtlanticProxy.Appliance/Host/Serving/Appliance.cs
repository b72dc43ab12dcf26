using System.Net;
using System.Net.Sockets;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.ControlPlane.Health.Alerts;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.ControlPlane.Snapshots;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.Engine;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Host.Certificates;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Demo;
using AtlanticProxy.Host.Health;
using AtlanticProxy.Host.Jobs;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Web;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Npgsql;
using LogFactory = NLog.LogFactory;

namespace AtlanticProxy.Host.Serving;

/// <summary>
/// The running appliance. It starts in this order, and what <see cref="StopAsync"/> ends, it ends in the order given there:
/// <list type="number">
/// <item>PostgreSQL, unless it is run elsewhere; the schema is brought up to date.</item>
/// <item>The demonstration's data and its simulated providers, when asked for.</item>
/// <item>The engine, with a snapshot of everything the database holds; when that is away, with the last one on disk.</item>
/// <item>The loops: snapshot changes to the engine, usage from the journal to the database. They begin when the database is
/// there.</item>
/// <item>The portal. Now it is ready.</item>
/// <item>What nobody waits for: quotas' periods, provider caps, the cluster's jobs, and what this node does by the clock for
/// itself.</item>
/// </list>
/// </summary>
internal sealed partial class Appliance : IAsyncDisposable
{
    /// <summary>
    /// Without an answer for this long the database is away. A server of our own may have a crash's log to replay.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), OwnServersPatience = TimeSpan.FromSeconds(15);

    private readonly Settings _settings;
    private readonly WebApplication _app;
    private readonly ILogger _logger;
    private readonly BackgroundWork _work;
    private readonly ApplianceState _state;
    private readonly ApplianceDatabase _database;
    private ProxyEngine _engine = null!;
    private Demonstration? _demo;
    private bool _stopped;

    private Appliance(Settings settings, WebApplication app)
    {
        (_settings, _app) = (settings, app);
        _logger = app.Services.GetRequiredService<ILogger<Appliance>>();
        _work = app.Services.GetRequiredService<BackgroundWork>();
        _state = app.Services.GetRequiredService<ApplianceState>();
        _database = app.Services.GetRequiredService<ApplianceDatabase>();
    }

    public IServiceProvider Services => _app.Services;

    public ServiceManager Manager => Services.GetRequiredService<ServiceManager>();

    /// <summary>Where this appliance asks to begin anew.</summary>
    public ApplianceRestart Restart => Services.GetRequiredService<ApplianceRestart>();

    /// <summary>The portal's address, with the port that the kernel gave.</summary>
    public string Portal => PortalAddresses[0];

    private string? PortalHttps => PortalAddresses.Find(address => address.StartsWith("https:", StringComparison.Ordinal));

    /// <summary>In the order of <see cref="Certificates.PortalHttps.ListenAsPortal"/>.</summary>
    private List<string> PortalAddresses =>
        [.. Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address =>
            Reachable(new Uri(address)))];

    /// <summary>The mixed listener's address, as a client on this machine reaches it.</summary>
    public string Proxy => _engine.MixedEndpoints is [var first, ..] ? Reachable(first) : "";

    public ReadyFile Ready => new(
        Portal, PortalHttps, Proxy,
        _engine.TlsEndpoints is [var tls, ..] ? Reachable(tls) : null,
        _engine.ShadowsocksEndpoints is [var shadowsocks, ..] ? Reachable(shadowsocks) : null,
        _settings.Portal.StickyPorts is [] ? null : [.. _settings.Portal.StickyPorts],
        _demo?.Credentials.Admin, _demo?.Credentials.Customer,
        _demo is null ? null : new(_demo.ProxyUser.Name, _demo.ProxyUser.Secret),
        _settings.Data.Directory, Environment.ProcessId);

    /// <exception cref="StartupException">Something outside is in the way; whatever had started is stopped again.</exception>
    public static async Task<Appliance> StartAsync(Settings settings, bool demo, LogFactory log, CancellationToken cancel)
    {
        var appliance = new Appliance(settings, Composition.Build(settings, ApplianceDatabase.ConnectionStringOf(settings), log));
        try
        {
            await appliance.StartAsync(demo, cancel);
            return appliance;
        }
        catch
        {
            await appliance.StopAsync(new CancellationToken(canceled: true));
            throw;
        }
    }

    private async Task StartAsync(bool demo, CancellationToken cancel)
    {
        NativeHeap.ReturnLargeBlocks();
        _work.Start("pages of assemblies", new AssemblyPages(Services.GetRequiredService<TimeProvider>()).RunAsync);
        if (Manager.IsListening)
            _work.Start("service manager", Manager.RunAsync);
        // The demonstration makes data, so it cannot begin without the database.
        bool answers = await OpenDatabaseAsync(orServeFromDisk: !demo, cancel);
        OpenEngine();
        if (demo)
            _demo = await Demonstration.StartAsync(Services, _settings, Services.GetRequiredService<TimeProvider>(), cancel);

        var snapshot = answers ? await Services.GetRequiredService<SnapshotReader>().ReadAllAsync(cancel) : ReadSnapshotFile();
        try
        {
            _engine.Start(snapshot);
        }
        catch (SocketException refused)
        {
            throw new StartupException(
                $"The proxy cannot listen ({refused.Message}): stop what uses the port, or set another (--proxy, Engine:Mixed, "
                    + "Engine:Tls, Engine:Shadowsocks, Engine:StickyPorts).", refused);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The proxy cannot start: {unreadable.Message}", unreadable);
        }
        TellPortalOfPorts();

        _work.Start("snapshot on disk", Services.GetRequiredService<SnapshotKeeping>().RunAsync);
        StartWithDatabase("site", Services.GetRequiredService<SiteKeeping>().RunAsync);
        StartWithDatabase("snapshot publisher", Services.GetRequiredService<SnapshotPublisher>().RunAsync);
        StartWithDatabase("usage flusher", Services.GetRequiredService<UsageFlusher>().RunAsync);
        if (Services.GetService<ITargetSink>() is not null)
            StartWithDatabase("destinations flusher", Services.GetRequiredService<TargetFlusher>().RunAsync);
        StartWithDatabase("connection log", Services.GetRequiredService<ConnectionLogWriter>().RunAsync);

        await OpenPortalAsync(cancel);
        _demo?.TellPortal(Portal);
        StartWithDatabase("host names of resellers", Services.GetRequiredService<ResellerNames>().RunAsync);
        _engine.ProtectPorts(PortalAddresses.Select(address => new Uri(address).Port));
        // What starting took and nobody needs again goes back to the system now, before there is traffic to wait for it.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _state.Phase = AppliancePhase.Ready;
        // Nobody waits for these: a quota whose period is over begins the next one when it is asked for.
        StartWithDatabase("quota keeping", Services.GetRequiredService<QuotaKeeping>().RunAsync);
        StartWithDatabase("provider caps", Services.GetRequiredService<ProviderCaps>().RunAsync);
        StartWithDatabase("jobs", Services.GetRequiredService<JobServer>().RunAsync);
        _work.Start("health", Services.GetRequiredService<HealthMonitor>().RunAsync);
        _work.Start("alerts", Services.GetRequiredService<AlertKeeping>().RunAsync);
        StartWithDatabase("health history", Services.GetRequiredService<HealthRecorder>().RunAsync);
        _work.Start("node jobs", stop => NodeJobs.RunAsync(Services, stop));
        LogReady(_logger, Portal, Proxy);
        Manager.TellReady($"Portal {Portal}, proxy {Proxy}");
    }

    /// <summary>
    /// <list type="number">
    /// <item>Readiness fails, so that load balancers look elsewhere.</item>
    /// <item>The engine takes nothing new and gives open tunnels their time.</item>
    /// <item>The loops end: the last usage is written.</item>
    /// <item>The portal stops, and the simulated providers.</item>
    /// <item>PostgreSQL stops.</item>
    /// </list>
    /// Each is bounded, so the whole is.
    /// </summary>
    /// <param name="hurry">Cancelled: tunnels and pages get no more time; usage is written all the same.</param>
    public async Task StopAsync(CancellationToken hurry)
    {
        if (_stopped)
            return;
        _stopped = true;
        _state.Phase = AppliancePhase.Stopping;
        LogStopping(_logger, "draining tunnels");
        if (_engine is not null)
            await _engine.StopAsync(hurry);
        LogStopping(_logger, "writing the last usage");
        await _work.DisposeAsync();
        LogStopping(_logger, "closing the portal");
        await _app.StopAsync(hurry);
        if (_demo is not null)
            await _demo.DisposeAsync();
        if (_database.RunsServer)
        {
            LogStopping(_logger, "stopping PostgreSQL");
            Services.GetRequiredService<NpgsqlDataSource>()
                .Clear(); // connections that the server had to cut would look like faults
        }
        await _database.DisposeAsync();
        await _app.DisposeAsync();
        LogStopped(_logger);
    }

    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true));

    /// <summary>What customers are told, unless the settings say that they reach the ports by other numbers.</summary>
    private void TellPortalOfPorts()
    {
        var portal = _settings.Portal;
        if (_settings.Source["Portal:ProxyPort"] is null && _engine.MixedEndpoints is [var mixed, ..])
            portal.ProxyPort = mixed.Port;
        if (_settings.Source["Portal:TlsPort"] is null && _engine.TlsEndpoints is [var tls, ..])
            portal.TlsPort = tls.Port;
        if (_settings.Source["Portal:ShadowsocksPort"] is null && _engine.ShadowsocksEndpoints is [var shadowsocks, ..])
            portal.ShadowsocksPort = shadowsocks.Port;
        if (portal.StickyPorts.Count == 0)
            foreach (var range in _settings.Engine.StickyPorts)
                portal.StickyPorts.Add(
                    new StickyPorts(range.ProxyUser, range.Listen[(range.Listen.LastIndexOf(':') + 1)..], range.Targeting));
    }

    private async Task OpenPortalAsync(CancellationToken cancel)
    {
        Services.GetRequiredService<PortalCertificate>().Load();
        try
        {
            await _app.StartAsync(cancel);
        }
        catch (Exception refused) when (refused is SocketException
            || (refused is IOException
                && (refused.InnerException is not null || refused.Message.Contains("bind", StringComparison.OrdinalIgnoreCase))))
        {
            var listener = _settings.PortalListener;
            string listens = string.Join(", ",
                new[] { listener.Listen, listener.HttpsListen, listener.HttpListen }.Where(one => one.Length > 0));
            string settings = listener.HttpsListen.Length > 0
                ? "Portal:Listen, Portal:HttpsListen, Portal:HttpListen"
                : "--portal, Portal:Listen";
            throw new StartupException(
                $"The portal cannot listen on {listens} ({(refused.InnerException ?? refused).Message}): stop what uses "
                    + $"the port, or set another ({settings}).", refused);
        }
        if (_settings.Source["Portal:HttpsPort"] is null && PortalHttps is { } https)
            _settings.Portal.HttpsPort = new Uri(https).Port;
    }

    /// <returns>Whether the database is ready; false when it is away and there is a snapshot on disk to serve from
    /// meanwhile.</returns>
    private async Task<bool> OpenDatabaseAsync(bool orServeFromDisk, CancellationToken cancel)
    {
        bool mayBeAway = orServeFromDisk && File.Exists(_settings.SnapshotFile);
        _work.Start("database", _database.RunAsync);
        Exception? fault;
        try
        {
            var patience = !mayBeAway ? Timeout.InfiniteTimeSpan : _settings.Database.IsEmbedded ? OwnServersPatience : Patience;
            fault = await _database.FirstTry.WaitAsync(patience, Services.GetRequiredService<TimeProvider>(), cancel);
        }
        catch (TimeoutException late)
        {
            fault = new StartupException("no answer", late);
        }
        if (fault is null)
            return true;
        if (!mayBeAway || !ApplianceDatabase.IsAway(fault))
            throw ApplianceDatabase.Describe(fault);
        return false;
    }

    private void OpenEngine()
    {
        try
        {
            _engine = Services.GetRequiredService<ProxyEngine>();
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The usage journal in {_settings.Journal.Directory} cannot be used: {unusable.Message}",
                unusable);
        }
    }

    private EngineSnapshot ReadSnapshotFile()
    {
        EngineSnapshot snapshot;
        try
        {
            snapshot = Services.GetRequiredService<SnapshotFile>().Read();
        }
        catch (SecretKeyException unfit)
        {
            throw ApplianceDatabase.Describe(unfit);
        }
        Services.GetRequiredService<SnapshotKeeping>().BeginWith(snapshot);
        LogServingFromDisk(_logger, snapshot.UserCount, snapshot.Providers.Length);
        return snapshot;
    }

    /// <summary>A loop that has nothing to do until the database is there.</summary>
    private void StartWithDatabase(string name, Func<CancellationToken, Task> work) => _work.Start(name, async cancel =>
    {
        await _database.Ready.WaitAsync(cancel);
        await work(cancel);
    });

    private static string Reachable(IPEndPoint listening) =>
        (listening.Address.Equals(IPAddress.Any), listening.Address.Equals(IPAddress.IPv6Any)) switch
    {
        (true, _) => new IPEndPoint(IPAddress.Loopback, listening.Port).ToString(),
        (_, true) => new IPEndPoint(IPAddress.IPv6Loopback, listening.Port).ToString(),
        _ => listening.ToString(),
    };

    private static string Reachable(Uri listening) => IPAddress.TryParse(listening.Host, out var address)
        ? $"{listening.Scheme}://{Reachable(new IPEndPoint(address, listening.Port))}"
        : listening.GetLeftPart(UriPartial.Authority);

    [LoggerMessage(4200, LogLevel.Information, "Ready: portal {Portal}, proxy {Proxy}")]
    private static partial void LogReady(ILogger logger, string portal, string proxy);

    [LoggerMessage(4201, LogLevel.Information, "Stopping: {Step}")]
    private static partial void LogStopping(ILogger logger, string step);

    [LoggerMessage(4203, LogLevel.Warning,
        "The database is away: serving {Users} proxy users and {Providers} providers from the snapshot on disk")]
    private static partial void LogServingFromDisk(ILogger logger, int users, int providers);

    [LoggerMessage(4202, LogLevel.Information, "Stopped")]
    private static partial void LogStopped(ILogger logger);
}
