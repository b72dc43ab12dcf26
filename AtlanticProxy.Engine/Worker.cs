using System.Net;
using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Diagnostics.ConnectionLog;
using AtlanticProxy.Engine.Dialects.Http;
using AtlanticProxy.Engine.Dialects.Shadowsocks;
using AtlanticProxy.Engine.Egress;
using AtlanticProxy.Engine.Egress.Health;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.Engine;

/// <summary>
/// One event loop with all that is its own: listeners, connections, counters, waiting upstream connections. Used on its loop
/// only.
/// </summary>
internal sealed class Worker
{
    private readonly EngineContext _context;
    private readonly ProxyPipeline _pipeline;
    private readonly List<ProxyListener> _listeners = [];
    private readonly List<PacketListener> _packets = [];

    public Worker(EngineContext context, int index)
    {
        _context = context;
        _pipeline = new ProxyPipeline(context);
        Loop = new EventLoop(index, context.Time, context.Log);
        Pool = new UpstreamPool(Loop);
        Gates = new TrafficGates(Loop);
        Counters = new UsageCounters(byTarget: context.Targets is not null);
        ShadowsocksKeys = new KeyFinder(this);
    }

    public EventLoop Loop { get; }

    public ConnectionTable Connections { get; } = new();

    public UsageCounters Counters { get; }

    public UpstreamPool Pool { get; }

    public AddressCounts Addresses => _context.Addresses;

    /// <summary>Whose Shadowsocks clients are.</summary>
    public KeyFinder ShadowsocksKeys { get; }

    public HttpHeadPool Heads { get; } = new();

    public SpareDescriptor Spare { get; } = new();

    /// <summary>What connections must pass whose user is bounded.</summary>
    public TrafficGates Gates { get; }

    /// <summary>Tells the connection log of endings; null when it is off.</summary>
    public ConnectionRecorder? Recorder => _context.Recorder;

    public LeaseKeeper Leases => _context.Leases;

    public CustomerUse Customers => _context.Customers;

    /// <summary>The clock of limits.</summary>
    public TimeProvider LimitTime => _context.LimitTime;

    /// <summary>What the plan of a user gives it.</summary>
    public PlanRights RightsOf(ProxyUser user) => _context.Routing.RightsOf(user);

    /// <summary>It stops: no client gets to send another request.</summary>
    public bool IsDraining => _context.IsDraining;

    public EngineOptions Options => _context.Options;

    public EngineSnapshot Snapshot => _context.Snapshot;

    /// <summary>Finds whose Shadowsocks streams are.</summary>
    public KeyTrial StreamKeys => _context.StreamKeys;

    /// <summary>Finds whose Shadowsocks packets are.</summary>
    public KeyTrial PacketKeys => _context.PacketKeys;

    /// <summary>Whether no rule forbids the destination.</summary>
    public bool Permits(ProxyUser user, Destination destination) => _context.Policy.Forbid(Snapshot, user, destination) is null;

    /// <summary>Whether no rule forbids the address that a name resolved to.</summary>
    public bool Permits(ProxyUser user, IPAddress address) =>
        DestinationPolicy.ForbidAddress(Snapshot, user, address) is null;

    /// <summary>Takes a bound listener; it accepts once the loop runs.</summary>
    public void Listen(int fd, ListeningPort port) => _listeners.Add(new ProxyListener(this, _context, fd, port));

    /// <summary>Serves a new client.</summary>
    public void Serve(LoopSocket socket, IPEndPoint remote, ListeningPort port)
    {
        var client = new ClientConnection(this, socket, remote, port);
        Connections.Add(client);
        socket.Observer = client;
        _context.CountOpened();
        _pipeline.ServeAsync(client).Forget(); // never throws; ends with OnConnectionClosed
    }

    /// <summary>Lets go of what only waits: clients between two requests, and pooled upstream connections.</summary>
    public void DropWaiting()
    {
        Connections.Cut(client => client.IsIdle && client.HasServed ? ConnectionOutcome.Overloaded : null);
        Pool.Clear();
    }

    /// <summary>Has a waiting connection to a provider closed: one of this loop's, or of the others'.</summary>
    public void MakeRoomAt(ProviderState provider)
    {
        if (!Pool.CloseOne(provider))
            _context.WantRoomAt(provider);
    }

    /// <summary>Takes a bound UDP socket for Shadowsocks.</summary>
    public void ListenForPackets(int fd) => _packets.Add(new PacketListener(this, _context, fd));

    /// <summary>Ends what a lease carried that is spent.</summary>
    public void CutSpent(AccountLease lease)
    {
        ConnectionOutcome? EndingOf(Membership membership) => membership.Gate is { Floor: null } gate && gate.Lease == lease
        ? ConnectionOutcome.LeaseExhausted
        : null;
        Connections.Cut(client => client.IsServed && client.Membership is { } membership ? EndingOf(membership) : null);
        foreach (var listener in _packets)
            listener.Cut((membership, _) => EndingOf(membership));
    }

    /// <summary>Gives open connections the limits of the present snapshot.</summary>
    public void UpdateLimits(Func<ProxyUser, bool> concerns)
    {
        Connections.ForEach(client =>
        {
            if (client.Membership is { } membership && concerns(membership.Entry.User)
                && Snapshot.FindEntry(membership.Entry.User.Id) is { } entry)
                client.UpdateLimits(entry, RightsOf(entry.User));
        });
        foreach (var association in _packets.SelectMany(listener => listener.Associations))
            if (concerns(association.Entry.User) && Snapshot.FindEntry(association.Entry.User.Id) is { } entry)
                association.Membership.Update(entry, RightsOf(entry.User));
    }

    /// <summary>
    /// Ends what <paramref name="ending"/> has an ending for, by the user and its Shadowsocks key, if it has one.
    /// </summary>
    public void CutUsers(Func<UserEntry, long?, ConnectionOutcome?> ending)
    {
        Connections.Cut(client => client.Entry is { } entry ? ending(entry, client.Stream?.KeyId) : null);
        foreach (var listener in _packets)
            listener.Cut((membership, key) => ending(membership.Entry, key));
    }

    /// <summary>
    /// Ends what goes where a rule of the present snapshot forbids: by what was asked for, and by the address that a name was
    /// resolved to. Datagrams are judged one by one, and need no cut.
    /// </summary>
    public void CutForbiddenDestinations() => Connections.Cut(client =>
        client is { Destination: { } destination, Entry: { } entry } && Snapshot.FindUser(entry.User.Id) is { } user
        && !(Permits(user, destination) && (client.Reached is not { } reached || Permits(user, reached)))
            ? ConnectionOutcome.DestinationForbidden
            : null);

    /// <summary>Ends associations of Shadowsocks packets that <paramref name="doomed"/> picks.</summary>
    public void CutPackets(Func<bool> doomed)
    {
        foreach (var listener in _packets)
            listener.Cut((_, _) => doomed() ? ConnectionOutcome.Drained : null);
    }

    /// <summary>Accepts nobody any more. Associations of Shadowsocks packets go on, until <see cref="ClosePackets"/>.</summary>
    public void CloseListeners()
    {
        foreach (var listener in _listeners)
            listener.Close();
        Spare.Release();
        _listeners.Clear();
    }

    public void ClosePackets()
    {
        foreach (var listener in _packets)
            listener.Close();
        _packets.Clear();
    }

    public void OnConnectionClosed(ClientConnection client, ConnectionOutcome outcome)
    {
        Connections.Remove(client);
        _context.CountClosed();
        EngineMetrics.Ended(outcome);
    }

    public void OnRefused(ClientConnection client, Destination? destination, Refusal refusal)
    {
        var outcome = refusal.Outcome;
        EngineMetrics.Refused(outcome);
        client.RecordRefusal(destination, refusal);
        var level = Endings.Of(outcome).Level;
        if (_context.Log.IsEnabled(level))
            EngineLog.Refused(_context.Log, level, outcome, client.Remote.Address, client.Entry?.User.Id, destination?.Authority);
    }

    public void OnFault(Exception fault) => EngineLog.ConnectionFault(_context.Log, fault);
}
