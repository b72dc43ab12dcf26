using System.Net;
using System.Net.NetworkInformation;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Routing.Health;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Leases;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine;

/// <summary>The proxy: listeners, event loops, and the snapshot that they serve from. The entry point of this library.</summary>
public sealed partial class ProxyEngine : IAsyncDisposable
{
    /// <summary>
    /// What is still open after the drain timeout ends over this long, so that its clients do not all come back at once.
    /// </summary>
    private static readonly TimeSpan CutJitter = TimeSpan.FromSeconds(1);

    private const int CutRounds = 10;

    /// <summary>
    /// After a fault in what runs beside the loops, it starts again this much later: not at once, for it may fail again.
    /// </summary>
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly EngineContext _context;
    private readonly Worker[] _workers;
    private readonly UsageMeter _meter;
    private readonly CancellationTokenSource _stopMeter = new();
    private readonly Lock _change = new();
    private Listeners _listeners = Listeners.None;
    private Task _background = Task.CompletedTask;
    private State _state;

    /// <param name="leases">Where quotas are taken from; null when nobody has one.</param>
    /// <param name="targets">Where it goes which hosts are reached; null when they are not to be counted.</param>
    /// <param name="connections">Where endings of connections are told; null for nowhere.</param>
    public ProxyEngine(
        EngineOptions options, IUsageSink usage, TimeProvider time, ILoggerFactory loggers, ILeaseSource? leases = null,
        ITargetSink? targets = null, IConnectionLog? connections = null)
        : this(options, usage, time, loggers, new MemoryUse().Read, leases: leases, targets: targets, connections: connections)
    {
    }

    /// <param name="memoryUse">Share of memory in use, 0 to 1; null when it cannot be told.</param>
    /// <param name="healthTime">The clock of the providers' breakers and of limits; null for <paramref name="time"/>.</param>
    /// <param name="lookUp">Addresses of a name, by a call that may block; null for the system's resolver.</param>
    internal ProxyEngine(
        EngineOptions options, IUsageSink usage, TimeProvider time, ILoggerFactory loggers, Func<double?> memoryUse,
        TimeProvider? healthTime = null, ILeaseSource? leases = null, ITargetSink? targets = null,
        IConnectionLog? connections = null, Func<string, IPAddress[]>? lookUp = null)
    {
        _context = new EngineContext(options, time, loggers, memoryUse, healthTime ?? time, usage, leases, targets, connections,
            lookUp);
        _workers = [.. Enumerable.Range(0, options.Loops == 0 ? Environment.ProcessorCount : options.Loops)
            .Select(index => new Worker(_context, index))];
        _context.Leases.Filled += lease => OnWorkers(worker => worker.Gates.OnFilled(lease));
        _context.Leases.Drained += CollectShares;
        _context.Leases.Exhausted += lease => OnWorkers(worker => worker.CutSpent(lease));
        foreach (var crowded in _workers)
            crowded.Egress.Pool.RoomWanted += provider => OnWorkers(worker => worker.Egress.Pool.CloseOne(provider));
        _meter = new UsageMeter([.. _workers.Select(each => (each.Loop, each.Counters))], usage, targets, time, _context.Log);
        _metrics = new EngineMetrics(_context, _workers, _meter.Totals);
    }

    /// <summary>What the data path serves from now.</summary>
    public EngineSnapshot Snapshot => _context.Live.Snapshot;

    /// <summary>Where the mixed port listens, with the ports that the kernel gave. Empty before <see cref="Start"/>.</summary>
    public IReadOnlyList<IPEndPoint> MixedEndpoints => _listeners.Mixed;

    /// <summary>Where the mixed port inside TLS listens.</summary>
    public IReadOnlyList<IPEndPoint> TlsEndpoints => _listeners.Tls;

    /// <summary>Where the ports listen that carry a proxy user, in the order of the settings.</summary>
    public IReadOnlyList<IPEndPoint> StickyEndpoints => _listeners.Sticky;

    /// <summary>Where Shadowsocks listens, on TCP and on UDP.</summary>
    public IReadOnlyList<IPEndPoint> ShadowsocksEndpoints => _listeners.Shadowsocks;

    /// <summary>Client connections open now, on this node.</summary>
    public int OpenConnections => _context.Node.Open;

    /// <summary>TLS connections carried now, of clients and to upstreams, handshakes included.</summary>
    internal int OpenBridges => _context.Bridges.Open;

    /// <summary>Client connections that this node takes at a time.</summary>
    public int MaxConnections => _context.Node.Max;

    /// <summary>The providers in use, as this node sees them, in the order of the snapshot.</summary>
    public IReadOnlyList<ProviderHealth> Providers =>
        [.. _context.Live.Routing.Providers.Select(provider => provider.State.Describe(provider.Provider))];

    /// <summary>Whether it accepts connections: started, and not stopping.</summary>
    public bool IsAccepting => _state == State.Running;

    /// <summary>Binds every listener and starts serving from <paramref name="snapshot"/>.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">A listener cannot be bound; nothing was started.</exception>
    /// <exception cref="IOException">A block list cannot be read; nothing was started.</exception>
    /// <exception cref="InvalidDataException">A certificate file cannot be used; nothing was started.</exception>
    public void Start(EngineSnapshot snapshot)
    {
        if (_state != State.New)
            throw new InvalidOperationException("the engine was started before");
        _context.Live.Snapshot = snapshot;
        _context.Tls?.Load();
        LoadBlockLists(CancellationToken.None);
        _listeners = Listeners.Bind(_context.Options, _workers.Length);
        _listeners.HandTo(_workers);
        ProtectPorts(_listeners.Ports);
        NetworkChange.NetworkAddressChanged += OnAddressesChanged;

        _state = State.Running;
        foreach (var worker in _workers)
            worker.Loop.Start();
        _background = Task.WhenAll(
            KeepRunningAsync(_meter.RunAsync),
            KeepRunningAsync(_metrics.RunAsync),
            KeepRunningAsync(stop => _context.Memory.RunAsync(DropWaiting, stop)),
            KeepRunningAsync(_context.Leases.RunAsync),
            KeepRunningAsync(ProbesOn(_workers[0]).RunAsync));
        foreach (var endpoint in _listeners.Mixed)
            EngineLog.Listening(_context.Log, endpoint, "HTTP and SOCKS5", _workers.Length);
        foreach (var endpoint in _listeners.Tls)
            EngineLog.Listening(_context.Log, endpoint, "HTTP and SOCKS5 inside TLS", _workers.Length);
        foreach (var endpoint in _listeners.Shadowsocks)
            EngineLog.Listening(_context.Log, endpoint, "Shadowsocks", _workers.Length);
        foreach (var range in _context.Options.StickyPorts)
            EngineLog.StickyPorts(_context.Log, range.Listen, range.ProxyUser, range.Targeting);
    }

    /// <summary>Tells on which ports other parts of the appliance listen: clients may not reach them through the proxy.</summary>
    public void ProtectPorts(IEnumerable<int> ports) => _context.Guard.AddOwnPorts(ports);

    /// <summary>
    /// Swaps in the snapshot with <paramref name="delta"/> applied, and cuts open tunnels of users, and of Shadowsocks keys, that
    /// may no longer have them, and those to destinations that are forbidden now.
    /// </summary>
    public void Apply(SnapshotDelta delta)
    {
        bool mayForbid;
        lock (_change)
        {
            var before = _context.Live.Snapshot;
            mayForbid = delta.RemovedUsers.Length > 0 || delta.Rules is not null
                || delta.Users.Any(user => user.State != ProxyUserState.Active || user.Rules != DestinationRules.None
                    || before.FindUser(user.Id) is { ShadowsocksKeys.Count: > 0 });
            _context.Live.Snapshot = before.With(delta);
        }
        foreach (long account in delta.RefilledAccounts)
            _context.Leases.OnRefilled(account);
        if (delta.Plans is not null)
            OnWorkers(worker => worker.UpdateLimits(_ => true));
        else if (delta.Users.Length > 0)
        {
            var changed = delta.Users.Select(user => user.Id).ToHashSet();
            OnWorkers(worker => worker.UpdateLimits(user => changed.Contains(user.Id)));
        }
        if (mayForbid)
            CutForbidden();
    }

    /// <summary>
    /// Replaces the whole snapshot (after a lost connection to the database), and cuts like <see cref="Apply"/>.
    /// </summary>
    public void Replace(EngineSnapshot snapshot)
    {
        lock (_change)
            _context.Live.Snapshot = snapshot.Remembering(_context.Live.Snapshot);
        OnWorkers(worker => worker.UpdateLimits(_ => true));
        CutForbidden();
    }

    /// <summary>
    /// Reads the block lists again, off the loops, and swaps them in whole; open tunnels stay. When it fails, those in use stay.
    /// </summary>
    /// <exception cref="IOException">A list cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise, for lack of permission.</exception>
    public Task<IReadOnlyList<BlockListReport>> RefreshBlockListsAsync(CancellationToken cancellation) =>
        Task.Run(() => LoadBlockLists(cancellation), cancellation);

    /// <summary>
    /// Takes a certificate that was replaced, or says in the log why it cannot be used. New handshakes do so by themselves; call
    /// it off the loops.
    /// </summary>
    public void LookAtCertificate() => _context.Tls?.Look();

    /// <summary>
    /// Stops accepting, gives open tunnels <see cref="EngineOptions.DrainTimeout"/>, ends them, and hands the last bytes to the
    /// usage sink.
    /// </summary>
    /// <param name="hurry">Ends the waiting early; everything is still booked.</param>
    public async Task StopAsync(CancellationToken hurry)
    {
        if (_state != State.Running)
            return;
        _state = State.Stopped;
        NetworkChange.NetworkAddressChanged -= OnAddressesChanged;
        OnWorkers(worker => worker.CloseListeners());
        _context.Node.BeginDraining();
        EngineLog.Draining(_context.Log, OpenConnections, _context.Options.DrainTimeout);
        CutAll(connection => connection.IsIdle);
        await WaitUntilEmptyAsync(_context.Options.DrainTimeout, hurry);

        int cut = OpenConnections;
        for (int left = CutRounds; left > 0 && OpenConnections > 0; left--)
        {
            int share = left;
            CutAll(_ => Random.Shared.Next(share) == 0);
            OnWorkers(worker => worker.CutPackets(() => Random.Shared.Next(share) == 0));
            await WaitUntilEmptyAsync(CutJitter / CutRounds, hurry);
        }

        OnWorkers(worker =>
        {
            worker.ClosePackets();
            worker.Egress.Pool.Clear();
        });
        await _context.Bridges.FinishAsync();
        await _stopMeter.CancelAsync();
        await _background;
        await _meter.CollectAsync();
        await _context.Leases.ReturnAllAsync(hurry);
        _context.Resolvers.Dispose();
        foreach (var worker in _workers)
            worker.Loop.Dispose();
        _context.Bridges.Dispose();
        _context.Leases.Dispose();
        EngineLog.Stopped(_context.Log, cut);
    }

    public async ValueTask DisposeAsync()
    {
        if (_state == State.New)
        {
            foreach (var worker in _workers)
                worker.Loop.Dispose();
            _state = State.Stopped;
        }
        await StopAsync(new CancellationToken(canceled: true));
        _metrics.Dispose();
        _stopMeter.Dispose();
        _look.Dispose();
    }

    private IReadOnlyList<BlockListReport> LoadBlockLists(CancellationToken cancellation)
    {
        if (_context.Options.BlockListFolder.Length == 0)
            return [];
        var lists = BlockListCatalogue.Load(_context.Options.BlockListFolder, cancellation);
        _context.Policy.Lists = lists;
        foreach (var report in lists.Reports)
            EngineLog.BlockListRead(_context.Log, report.Category, report.Names, report.Bytes, report.SkippedLines);
        return lists.Reports;
    }

    private ProviderProbes ProbesOn(Worker worker) =>
        new(_context.Options, _context.Dialer, _context.Live, _context.Node, _context.Time, worker.Egress);

    private void DropWaiting() => OnWorkers(worker => worker.DropWaiting());

    private void OnWorkers(Action<Worker> action)
    {
        foreach (var worker in _workers)
            worker.Loop.Post(() => action(worker));
    }

    // The last loop that has given back its share says so.
    private void CollectShares(AccountLease lease)
    {
        int waiting = _workers.Length;
        OnWorkers(worker =>
        {
            worker.Gates.ReturnShare(lease);
            if (Interlocked.Decrement(ref waiting) == 0)
                _context.Leases.OnCollected(lease);
        });
    }

    private void OnAddressesChanged(object? sender, EventArgs change) => _context.Guard.RefreshOwnAddresses();

    private void CutForbidden()
    {
        var snapshot = _context.Live.Snapshot;
        ConnectionOutcome? EndingOf(UserEntry entry, long? key) => snapshot.FindUser(entry.User.Id) switch
        {
            { State: ProxyUserState.PlanEnded } => ConnectionOutcome.LeaseExhausted,
            { State: ProxyUserState.Active } user when key is not { } id || user.HasShadowsocksKey(id) => null,
            _ => ConnectionOutcome.Suspended,
        };
        OnWorkers(worker =>
        {
            worker.CutUsers(EndingOf);
            worker.CutForbiddenDestinations();
        });
    }

    private void CutAll(Func<ClientConnection, bool> doomed) =>
        OnWorkers(worker => worker.Clients.Open.Cut(connection => doomed(connection) ? ConnectionOutcome.Drained : null));

    // What runs beside the loops ends when it is told to, and not by a fault of its own.
    private async Task KeepRunningAsync(Func<CancellationToken, Task> run)
    {
        while (true)
        {
            try
            {
                await run(_stopMeter.Token);
                return;
            }
            catch (Exception fault)
            {
                EngineLog.BackgroundFault(_context.Log, fault);
            }
            try
            {
                await Task.Delay(RestartPause, _context.Time, _stopMeter.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task WaitUntilEmptyAsync(TimeSpan atMost, CancellationToken hurry)
    {
        try
        {
            await _context.Node.Empty.WaitAsync(atMost, _context.Time, hurry);
        }
        catch (Exception ended) when (ended is TimeoutException or OperationCanceledException)
        {
            // Not empty in time, or told to hurry: the caller goes on to cutting.
        }
    }

    private enum State
    {
        New,
        Running,
        Stopped,
    }
}
