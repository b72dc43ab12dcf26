using System.Net;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Dialects.Shadowsocks;
using AtlanticProxy.Engine.Egress;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.Engine;

/// <summary>
/// One event loop with all that is its own: listeners, connections, counters, waiting upstream connections. Used on its loop
/// only.
/// </summary>
internal sealed class Worker : IListeningLoop
{
    private readonly EngineContext _context;
    private readonly ProxyPipeline _pipeline;
    private readonly SpareDescriptor _spare = new();
    private readonly List<ProxyListener> _listeners = [];
    private readonly List<PacketListener> _packets = [];

    public Worker(EngineContext context, int index)
    {
        _context = context;
        Loop = new EventLoop(index, context.Time, context.Log);
        Gates = new TrafficGates(Loop);
        Counters = new UsageCounters(byTarget: context.Targets is not null);
        Egress = new EgressLoop(Loop);
        Clients = new ClientLoop(Egress, Counters,
            new LoopLimits(context.Addresses, context.Leases, context.Customers, Gates, context.LimitTime),
            context.Node, context.Recorder, context.Options);
        ShadowsocksKeys = new KeyFinder(Loop, context.Live);
        _pipeline = new ProxyPipeline(context, ShadowsocksKeys);
    }

    public EventLoop Loop { get; }

    public UsageCounters Counters { get; }

    /// <summary>What connections must pass whose user is bounded.</summary>
    public TrafficGates Gates { get; }

    public EgressLoop Egress { get; }

    /// <summary>The clients that it serves.</summary>
    public ClientLoop Clients { get; }

    /// <summary>Whose Shadowsocks clients are.</summary>
    public KeyFinder ShadowsocksKeys { get; }

    public void Listen(int fd, ListeningPort port) =>
        _listeners.Add(new ProxyListener(this, _spare, _context.Shedding, fd, port));

    public void ListenForPackets(int fd) => _packets.Add(new PacketListener(Clients, ShadowsocksKeys, _context.Packets, fd));

    public void Serve(LoopSocket socket, IPEndPoint remote, ListeningPort port)
    {
        var client = new ClientConnection(Clients, socket, remote, port);
        socket.Observer = client;
        Clients.OnOpened(client);
        _pipeline.ServeAsync(client).Forget(); // never throws; ends with ClientLoop.OnClosed
    }

    /// <summary>Lets go of what only waits: clients between two requests, and pooled upstream connections.</summary>
    public void DropWaiting()
    {
        Clients.Open.Cut(client => client.IsIdle && client.HasServed ? ConnectionOutcome.Overloaded : null);
        Egress.Pool.Clear();
    }

    /// <summary>Ends what a lease carried that is spent.</summary>
    public void CutSpent(AccountLease lease)
    {
        ConnectionOutcome? EndingOf(Membership membership) => membership.Gate is { Floor: null } gate && gate.Lease == lease
            ? ConnectionOutcome.LeaseExhausted
            : null;
        Clients.Open.Cut(client => client.IsServed && client.Membership is { } membership ? EndingOf(membership) : null);
        foreach (var listener in _packets)
            listener.Cut((membership, _) => EndingOf(membership));
    }

    /// <summary>Gives open connections the limits of the present snapshot.</summary>
    public void UpdateLimits(Func<ProxyUser, bool> concerns)
    {
        var (snapshot, routing) = (_context.Live.Snapshot, _context.Live.Routing);
        Clients.Open.ForEach(client =>
        {
            if (client.Membership is { } membership && concerns(membership.Entry.User)
                && snapshot.FindEntry(membership.Entry.User.Id) is { } entry)
                client.UpdateLimits(entry, routing.RightsOf(entry.User));
        });
        foreach (var association in _packets.SelectMany(listener => listener.Associations))
            if (concerns(association.Entry.User) && snapshot.FindEntry(association.Entry.User.Id) is { } entry)
                association.Membership.Update(entry, routing.RightsOf(entry.User));
    }

    /// <summary>
    /// Ends what <paramref name="ending"/> has an ending for, by the user and its Shadowsocks key, if it has one.
    /// </summary>
    public void CutUsers(Func<UserEntry, long?, ConnectionOutcome?> ending)
    {
        Clients.Open.Cut(client => client.Entry is { } entry ? ending(entry, client.Stream?.KeyId) : null);
        foreach (var listener in _packets)
            listener.Cut((membership, key) => ending(membership.Entry, key));
    }

    /// <summary>
    /// Ends what goes where a rule of the present snapshot forbids: by what was asked for, and by the address that a name was
    /// resolved to. Datagrams are judged one by one, and need no cut.
    /// </summary>
    public void CutForbiddenDestinations() => Clients.Open.Cut(client =>
        client is { Destination: { } destination, Entry: { } entry }
        && _context.Live.Snapshot.FindUser(entry.User.Id) is { } user
        && !(_context.Admission.Permits(user, destination)
            && (client.Reached is not { } reached || _context.Admission.Permits(user, reached)))
                ? ConnectionOutcome.DestinationForbidden
                : null);

    /// <summary>
    /// Offers what is carried to <paramref name="selection"/>, in several turns; <paramref name="end"/> follows.
    /// </summary>
    public void Look(CarriageSelection selection, Action end)
    {
        new ConnectionWalk(Loop, Clients.Open, client => client.Tell(selection), OnWalked).Begin();

        void OnWalked()
        {
            foreach (var association in _packets.SelectMany(listener => listener.Associations))
                association.Tell(selection);
            end();
        }
    }

    /// <summary>Ends what has one of these numbers; how many those were.</summary>
    public int CutNumbers(IReadOnlySet<long> numbers)
    {
        int cut = 0;
        ConnectionOutcome? EndingOf(long number)
        {
            if (number == 0 || !numbers.Contains(number))
                return null;
            cut++;
            return ConnectionOutcome.CutByOperator;
        }
        Clients.Open.Cut(client => EndingOf(client.Number));
        foreach (var listener in _packets)
            listener.CutNumbers(EndingOf);
        return cut;
    }

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
        _spare.Release();
        _listeners.Clear();
    }

    public void ClosePackets()
    {
        foreach (var listener in _packets)
            listener.Close();
        _packets.Clear();
    }
}
