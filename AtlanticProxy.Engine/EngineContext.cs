using System.Net;
using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Dialects.Http;
using AtlanticProxy.Engine.Dialects.Shadowsocks;
using AtlanticProxy.Engine.Egress;
using AtlanticProxy.Engine.Egress.Resolving;
using AtlanticProxy.Engine.Egress.Udp;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Routing.Health;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tls;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Leases;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine;

/// <summary>What all workers of an engine share. Everything in it is immutable, or safe from any thread.</summary>
internal sealed class EngineContext
{
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EngineSnapshot _snapshot = EngineSnapshot.Empty;
    private RoutingTable _routing;
    private int _open;
    private volatile bool _draining;

    /// <param name="lookUp">Addresses of a name, by a call that may block; null for the system's resolver.</param>
    public EngineContext(
        EngineOptions options, TimeProvider time, ILoggerFactory loggers, Func<double?> memoryUse, TimeProvider healthTime,
        ILeaseSource leases,
        Func<string, IPAddress[]>? lookUp = null)
    {
        Options = options;
        Time = time;
        Log = loggers.CreateLogger("AtlanticProxy.Engine");
        Guard = new AddressGuard(options);
        Admission = new AdmissionControl(Guard, Policy, time);
        ServerNames = new ServerNameCheck(Policy, options);
        Bridges = new TlsBridges(time, Log);
        Tls = options.TlsCertificateFile.Length > 0 ? new TlsTerminator(options, Bridges, Log) : null;
        Resolvers = new Resolvers(options, time, Log, lookUp ?? Dns.GetHostAddresses);
        Dialer = new Dialer(options, Resolvers, Guard, new TlsUpstreams(options, Bridges), Log);
        UdpDialer = new UdpDialer(options, Resolvers, Guard, Dialer);
        Providers = new ProviderStates(healthTime);
        Routes = new RouteSelector(time);
        Leases = new LeaseKeeper(leases, time, Log);
        Customers = new CustomerUse(healthTime);
        LimitTime = healthTime;
        _routing = RoutingTable.Build(_snapshot, Providers);
        StreamKeys = new KeyTrial(time);
        PacketKeys = new KeyTrial(time);
        StreamSalts = new ReplayFilter(options.Shadowsocks.Count > 0 ? ReplayFilter.DefaultCapacity : 1);
        PacketSalts = new ReplayFilter(options.Shadowsocks.Count > 0 ? ReplayFilter.DefaultCapacity : 1);
        Http = new HttpDialect(options.NodeName);
        var overloaded = new Refusal(ConnectionOutcome.Overloaded);
        OverloadedAnswer = Http.Compose(overloaded, keepAlive: false);
        OverloadedHeadLength = Http.Compose(overloaded, keepAlive: false, withBody: false).Length;
        Addresses = new AddressCounts(options.MaxConnectionsPerAddress);
        Memory = new MemoryWatch(options, memoryUse, time, Log);
        Balancers = new TrustedBalancers(options);
        MaxConnections = options.MaxConnections > 0 ? options.MaxConnections : DescriptorLimit.Connections;
    }

    public EngineOptions Options { get; }

    public TimeProvider Time { get; }

    /// <summary>The clock of breakers and limits: the same, but in tests.</summary>
    public TimeProvider LimitTime { get; }

    public ILogger Log { get; }

    public AddressGuard Guard { get; }

    public AdmissionControl Admission { get; }

    public DestinationPolicy Policy { get; } = new();

    public ServerNameCheck ServerNames { get; }

    public Resolvers Resolvers { get; }

    public Dialer Dialer { get; }

    public UdpDialer UdpDialer { get; }

    /// <summary>Finds whose Shadowsocks streams are, off the loops.</summary>
    public KeyTrial StreamKeys { get; }

    /// <summary>
    /// Finds whose Shadowsocks packets are; apart, for their sender's address may be forged, and such a flood must not stop the
    /// streams.
    /// </summary>
    public KeyTrial PacketKeys { get; }

    /// <summary>Salts of Shadowsocks streams.</summary>
    public ReplayFilter StreamSalts { get; }

    /// <summary>Salts of Shadowsocks packets; apart, for there are many more of them.</summary>
    public ReplayFilter PacketSalts { get; }

    public HttpDialect Http { get; }

    /// <summary>What a connection that is shed reads.</summary>
    public byte[] OverloadedAnswer { get; }

    /// <summary>Bytes of its head, which is all that a HEAD request gets.</summary>
    public int OverloadedHeadLength { get; }

    public AddressCounts Addresses { get; }

    public MemoryWatch Memory { get; }

    /// <summary>Where usage goes; null where nothing is billed.</summary>
    public IUsageSink? Usage { get; init; }

    /// <summary>Where it goes which hosts are reached; null when that is nobody's business.</summary>
    public ITargetSink? Targets { get; init; }

    /// <summary>Tells the connection log of endings; null when it is off.</summary>
    public ConnectionRecorder? Recorder { get; init; }

    public TrustedBalancers Balancers { get; }

    /// <summary>Opens the TLS of clients; null without a certificate.</summary>
    public TlsTerminator? Tls { get; }

    public TlsBridges Bridges { get; }

    public int MaxConnections { get; }

    /// <summary>What this node knows of providers.</summary>
    public ProviderStates Providers { get; }

    public RouteSelector Routes { get; }

    /// <summary>What this node holds of accounts' quotas.</summary>
    public LeaseKeeper Leases { get; }

    /// <summary>What customers use.</summary>
    public CustomerUse Customers { get; }

    public EngineSnapshot Snapshot
    {
        get => Volatile.Read(ref _snapshot);
        set
        {
            var before = _snapshot;
            if (value.Providers != before.Providers || value.Pools != before.Pools || value.Plans != before.Plans)
                Volatile.Write(ref _routing, RoutingTable.Build(value, Providers));
            Volatile.Write(ref _snapshot, value);
        }
    }

    /// <summary>The snapshot's pools, ready to choose from.</summary>
    public RoutingTable Routing => Volatile.Read(ref _routing);

    public int OpenConnections => Volatile.Read(ref _open);

    public bool IsDraining => _draining;

    /// <summary>Completes when draining has begun and the last connection is closed.</summary>
    public Task Empty => _empty.Task;

    /// <summary>A loop has no waiting connection to close at a provider that allows no more.</summary>
    public event Action<ProviderState>? RoomWanted;

    public void WantRoomAt(ProviderState provider) => RoomWanted?.Invoke(provider);

    public int CountOpened() => Interlocked.Increment(ref _open);

    public void CountClosed()
    {
        if (Interlocked.Decrement(ref _open) == 0 && _draining)
            _empty.TrySetResult();
    }

    public void BeginDraining()
    {
        _draining = true;
        Interlocked.MemoryBarrier(); // either we see that none is open, or who closes the last sees that we drain
        if (OpenConnections == 0)
            _empty.TrySetResult();
    }
}
