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
using AtlanticProxy.Engine.Tls;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Leases;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine;

/// <summary>
/// Makes and owns what all workers of an engine share, each part with what it needs. Everything in it is immutable, or safe from
/// any thread. Only the engine, its workers and the pipeline see it: whatever they make is given its parts, never the whole.
/// </summary>
internal sealed class EngineContext
{
    /// <param name="usage">Where usage goes; null where nothing is billed.</param>
    /// <param name="leases">Where quotas are taken from; null when nobody has one.</param>
    /// <param name="targets">Where it goes which hosts are reached; null when target statistics are off.</param>
    /// <param name="connections">Where endings of connections are told; null for nowhere.</param>
    /// <param name="lookUp">Addresses of a name, by a call that may block; null for the system's resolver.</param>
    public EngineContext(
        EngineOptions options, TimeProvider time, ILoggerFactory loggers, Func<double?> memoryUse, TimeProvider healthTime,
        IUsageSink? usage = null, ILeaseSource? leases = null, ITargetSink? targets = null, IConnectionLog? connections = null,
        Func<string, IPAddress[]>? lookUp = null)
    {
        Options = options;
        Time = time;
        LimitTime = healthTime;
        Log = loggers.CreateLogger("AtlanticProxy.Engine");
        Usage = usage;
        Targets = targets;
        Recorder = connections is not null && options.ConnectionLogSample > 0
            ? new ConnectionRecorder(options, connections, time, healthTime)
            : null;
        Live = new LiveSnapshot(new ProviderStates(healthTime));
        Node = new NodeConnections(options.MaxConnections > 0 ? options.MaxConnections : DescriptorLimit.Connections);
        Memory = new MemoryWatch(options, memoryUse, time, Log);
        Addresses = new AddressCounts(options.MaxConnectionsPerAddress);
        Leases = new LeaseKeeper(leases ?? new NoLeases(), time, Log);
        Customers = new CustomerUse(healthTime);
        Balancers = new TrustedBalancers(options);
        Guard = new AddressGuard(options);
        Admission = new AdmissionControl(Live, Guard, Policy, time);
        ServerNames = new ServerNameCheck(Policy, Live, options);
        Bridges = new TlsBridges(time, Log);
        Tls = options.TlsCertificateFile.Length > 0 ? new TlsTerminator(options, Bridges, Log) : null;
        Resolvers = new Resolvers(options, time, Log, lookUp ?? Dns.GetHostAddresses);
        Routes = new RouteSelector(time);
        Dialer = new Dialer(options, Resolvers, Guard, Live, new TlsUpstreams(options, Bridges), Log);
        UdpDialer = new UdpDialer(options, Resolvers, Guard, Dialer);
        int salts = options.Shadowsocks.Count > 0 ? ReplayFilter.DefaultCapacity : 1;
        StreamKeys = new KeyTrial(time);
        StreamSalts = new ReplayFilter(salts);
        Packets = new PacketServices(new KeyTrial(time), new ReplayFilter(salts), Live, Admission, Routes, UdpDialer);
        Http = new HttpDialect(options.NodeName);
        var overloaded = new Refusal(ConnectionOutcome.Overloaded);
        Shedding = new LoadShedding(Node, Memory, usage, Http.Compose(overloaded, keepAlive: false),
            Http.Compose(overloaded, keepAlive: false, withBody: false).Length, Log);
    }

    public EngineOptions Options { get; }

    public TimeProvider Time { get; }

    /// <summary>The clock of breakers and limits: the same, but in tests.</summary>
    public TimeProvider LimitTime { get; }

    public ILogger Log { get; }

    /// <summary>Where usage goes; null where nothing is billed.</summary>
    public IUsageSink? Usage { get; }

    /// <summary>Where it goes which hosts are reached; null when target statistics are off.</summary>
    public ITargetSink? Targets { get; }

    /// <summary>Tells the connection log of endings; null when it is off.</summary>
    public ConnectionRecorder? Recorder { get; }

    /// <summary>What is served now.</summary>
    public LiveSnapshot Live { get; }

    public NodeConnections Node { get; }

    public MemoryWatch Memory { get; }

    public LoadShedding Shedding { get; }

    public TrustedBalancers Balancers { get; }

    public AddressCounts Addresses { get; }

    /// <summary>What this node holds of accounts' quotas.</summary>
    public LeaseKeeper Leases { get; }

    /// <summary>What customers use.</summary>
    public CustomerUse Customers { get; }

    public AddressGuard Guard { get; }

    public DestinationPolicy Policy { get; } = new();

    public AdmissionControl Admission { get; }

    public ServerNameCheck ServerNames { get; }

    public TlsBridges Bridges { get; }

    /// <summary>Opens the TLS of clients; null without a certificate.</summary>
    public TlsTerminator? Tls { get; }

    public HttpDialect Http { get; }

    /// <summary>Finds whose Shadowsocks streams are, off the loops.</summary>
    public KeyTrial StreamKeys { get; }

    /// <summary>Salts of Shadowsocks streams.</summary>
    public ReplayFilter StreamSalts { get; }

    /// <summary>What Shadowsocks packets are served with.</summary>
    public PacketServices Packets { get; }

    public RouteSelector Routes { get; }

    public Resolvers Resolvers { get; }

    public Dialer Dialer { get; }

    public UdpDialer UdpDialer { get; }
}
