using System.Net;
using System.Net.Sockets;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.ControlPlane.Snapshots;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.Engine;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Host.BlockLists;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Demo;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Web;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using LogFactory = NLog.LogFactory;
using Npgsql;

namespace AtlanticProxy.Host.Serving;

/// <summary>
/// The running appliance. It starts in this order, and what <see cref="StopAsync"/> ends, it ends in the order given there:
/// <list type="number">
/// <item>PostgreSQL, unless it is run elsewhere; the schema is brought up to date.</item>
/// <item>The demonstration's data and its simulated providers, when asked for.</item>
/// <item>The engine, with a snapshot of everything the database holds.</item>
/// <item>The loops: snapshot changes to the engine, usage from the journal to the database.</item>
/// <item>The portal. Now it is ready.</item>
/// </list>
/// </summary>
internal sealed partial class Appliance : IAsyncDisposable
{
    private readonly Settings _settings;
    private readonly EmbeddedPostgres? _postgres;
    private readonly WebApplication _app;
    private readonly ILogger _logger;
    private readonly ProxyEngine _engine;
    private readonly BackgroundWork _work;
    private readonly ApplianceState _state;
    private Demonstration? _demo;
    private bool _stopped;

    private Appliance(Settings settings, EmbeddedPostgres? postgres, WebApplication app)
    {
        (_settings, _postgres, _app) = (settings, postgres, app);
        _logger = app.Services.GetRequiredService<ILogger<Appliance>>();
        try
        {
            _engine = app.Services.GetRequiredService<ProxyEngine>();
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The usage journal in {settings.Journal.Directory} cannot be used: {unusable.Message}", unusable);
        }
        _work = app.Services.GetRequiredService<BackgroundWork>();
        _state = app.Services.GetRequiredService<ApplianceState>();
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>The portal's address, with the port that the kernel gave.</summary>
    public string Portal => Reachable(new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()));

    /// <summary>The mixed listener's address, as a client on this machine reaches it.</summary>
    public string Proxy => _engine.MixedEndpoints is [var first, ..] ? Reachable(first) : "";

    public ReadyFile Ready => new(
        Portal, Proxy, _engine.TlsEndpoints is [var tls, ..] ? Reachable(tls) : null, _engine.ShadowsocksEndpoints is [var shadowsocks, ..] ? Reachable(shadowsocks) : null,
        _settings.Portal.StickyPorts is [] ? null : [.. _settings.Portal.StickyPorts], _demo?.Credentials.Admin, _demo?.Credentials.Customer, _demo is null ? null : new(_demo.ProxyUser.Name, _demo.ProxyUser.Secret),
        _settings.Data.Directory, Environment.ProcessId);

    /// <exception cref="StartupException">Something outside is in the way; whatever had started is stopped again.</exception>
    public static async Task<Appliance> StartAsync(Settings settings, bool demo, LogFactory log, CancellationToken cancel)
    {
        EmbeddedPostgres? postgres = null;
        Appliance? appliance = null;
        try
        {
            using var loggers = LoggerFactory.Create(logging => Logging.ApplianceLog.AddApplianceLog(logging, log));
            if (settings.Database.IsEmbedded)
                postgres = await EmbeddedPostgres.StartAsync(settings.EmbeddedPostgres, TimeProvider.System, loggers, cancel);
            appliance = new Appliance(settings, postgres, Composition.Build(settings, postgres?.ConnectionString ?? settings.Database.ConnectionString, log));
            await appliance.StartAsync(demo, cancel);
            return appliance;
        }
        catch
        {
            if (appliance is not null)
                await appliance.StopAsync(new CancellationToken(canceled: true));
            else if (postgres is not null)
                await postgres.DisposeAsync();
            throw;
        }
    }

    private async Task StartAsync(bool demo, CancellationToken cancel)
    {
        await MigrateAsync(cancel);
        if (demo)
            _demo = await Demonstration.StartAsync(Services, _settings, Services.GetRequiredService<TimeProvider>(), cancel);

        var snapshot = await Services.GetRequiredService<SnapshotReader>().ReadAllAsync(cancel);
        try
        {
            _engine.Start(snapshot);
        }
        catch (SocketException refused)
        {
            throw new StartupException($"The proxy cannot listen ({refused.Message}): stop what uses the port, or set another (--proxy, Engine:Mixed, Engine:Tls, Engine:Shadowsocks, Engine:StickyPorts).", refused);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The proxy cannot start: {unreadable.Message}", unreadable);
        }
        TellPortalOfPorts();

        _work.Start("snapshot publisher", Services.GetRequiredService<SnapshotPublisher>().RunAsync);
        if (_settings.Engine.BlockListFolder.Length > 0)
            _work.Start("block lists", Services.GetRequiredService<BlockListRefresh>().RunAsync);
        _work.Start("quota keeping", Services.GetRequiredService<QuotaKeeping>().RunAsync);
        _work.Start("ledger audit", Services.GetRequiredService<LedgerAudit>().RunAsync);
        _work.Start("provider caps", Services.GetRequiredService<ProviderCaps>().RunAsync);
        _work.Start("session exit changes", Services.GetRequiredService<SessionExitChanges>().RunAsync);
        _work.Start("usage flusher", Services.GetRequiredService<UsageFlusher>().RunAsync);
        if (Services.GetService<ITargetSink>() is not null)
            _work.Start("destinations flusher", Services.GetRequiredService<TargetFlusher>().RunAsync);
        _work.Start("usage retention", Services.GetRequiredService<UsageRetention>().RunAsync);

        try
        {
            await _app.StartAsync(cancel);
        }
        catch (IOException refused) when (refused.InnerException is not null || refused.Message.Contains("bind", StringComparison.OrdinalIgnoreCase))
        {
            throw new StartupException($"The portal cannot listen on {_settings.PortalListener.Listen} ({(refused.InnerException ?? refused).Message}): stop what uses the port, or set another (--portal, Portal:Listen).", refused);
        }
        _engine.ProtectPorts([new Uri(Portal).Port]);
        _state.Phase = AppliancePhase.Ready;
        LogReady(_logger, Portal, Proxy);
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
        await _engine.StopAsync(hurry);
        LogStopping(_logger, "writing the last usage");
        await _work.DisposeAsync();
        LogStopping(_logger, "closing the portal");
        await _app.StopAsync(hurry);
        if (_demo is not null)
            await _demo.DisposeAsync();
        await _app.DisposeAsync();
        if (_postgres is not null)
        {
            LogStopping(_logger, "stopping PostgreSQL");
            await _postgres.DisposeAsync();
        }
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
                portal.StickyPorts.Add(new StickyPorts(range.ProxyUser, range.Listen[(range.Listen.LastIndexOf(':') + 1)..], range.Targeting));
    }

    private async Task MigrateAsync(CancellationToken cancel)
    {
        try
        {
            await Services.GetRequiredService<Migrator>().MigrateAsync(cancel);
            await Services.GetRequiredService<SecretKeyCheck>().VerifyAsync(cancel);
        }
        catch (Exception wrong) when (wrong is SchemaException or SecretKeyException)
        {
            throw new StartupException(wrong.Message, wrong);
        }
        catch (NpgsqlException unreachable) when (unreachable is not PostgresException && _postgres is null)
        {
            throw new StartupException($"The database of Database:ConnectionString does not answer ({unreachable.Message}).", unreachable);
        }
    }

    private static string Reachable(IPEndPoint listening) => (listening.Address.Equals(IPAddress.Any), listening.Address.Equals(IPAddress.IPv6Any)) switch
    {
        (true, _) => new IPEndPoint(IPAddress.Loopback, listening.Port).ToString(),
        (_, true) => new IPEndPoint(IPAddress.IPv6Loopback, listening.Port).ToString(),
        _ => listening.ToString(),
    };

    private static string Reachable(Uri listening) => IPAddress.TryParse(listening.Host, out var address)
        ? $"{listening.Scheme}://{Reachable(new IPEndPoint(address, listening.Port))}"
        : listening.GetLeftPart(UriPartial.Authority);

    [LoggerMessage(1200, LogLevel.Information, "Ready: portal {Portal}, proxy {Proxy}")]
    private static partial void LogReady(ILogger logger, string portal, string proxy);

    [LoggerMessage(1201, LogLevel.Information, "Stopping: {Step}")]
    private static partial void LogStopping(ILogger logger, string step);

    [LoggerMessage(1202, LogLevel.Information, "Stopped")]
    private static partial void LogStopped(ILogger logger);
}
