using System.Net;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Routing.Health;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Tunnels;
using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.Engine.Connections;

/// <summary>
/// One client's connection from accept to its last byte: the owner of its socket, its input, and its places in the
/// <see cref="ConnectionTable"/> and in its user's count. Used on its loop only.
/// </summary>
internal sealed partial class ClientConnection(ClientLoop home, LoopSocket socket, IPEndPoint remote, ListeningPort port)
    : IPeerObserver, ITunnelOwner, IDialOwner
{
    private Tunnel? _tunnel;
    private UsageCounter? _counter;
    private ConnectionOutcome? _cut;
    private ProviderState? _place;
    private TotalTimer? _total;
    private bool _closed, _addressCounted;
    private IPEndPoint? _reachedAt;

    internal ClientConnection? NextInTable, PreviousInTable;

    /// <summary>The loop that it is on, and what is there for it.</summary>
    public ClientLoop Home { get; } = home;

    /// <summary>Where it came in.</summary>
    public ListeningPort Port { get; } = port;

    public LoopSocket Socket { get; private set; } = socket;

    /// <summary>The client's address: the peer's, or what a trusted balancer said.</summary>
    public IPEndPoint Remote { get; private set; } = remote;

    /// <summary>Our address that the client reached, inside TLS too; null when it cannot be told.</summary>
    public IPEndPoint? Local => _reachedAt ?? Socket.LocalEndPoint();

    /// <summary>A request of it was answered, and it may wait for another.</summary>
    public bool HasServed { get; set; }

    /// <summary>Whose connection it is, once admitted.</summary>
    public UserEntry? Entry => Membership?.Entry;

    /// <summary>Its place among its user's connections, once admitted.</summary>
    public Membership? Membership { get; private set; }

    /// <summary>
    /// The proxy user whose name its last credentials gave, right or wrong: of whom support is asked about a refusal.
    /// </summary>
    public UserEntry? Asker { get; set; }

    /// <summary>When its last request was read, by the loop's clock; before one, when it was accepted.</summary>
    public long RequestedAt { get; set; } = home.Loop.Now;

    /// <summary>What the connection log will say of its present request; null for nothing.</summary>
    public RequestTrace? Trace { get; private set; }

    /// <summary>The one country that its present request asks for; empty for none, or several.</summary>
    private string _askedCountry = "";

    /// <summary>Where its present request goes, or its tunnel; null between requests, and for datagrams.</summary>
    public Destination? Destination { get; set; }

    /// <inheritdoc cref="Upstream.Reached"/>
    public IPAddress? Reached { get; set; }

    /// <summary>What is dialled or used for this client now, to be stopped when the client goes away or is cut.</summary>
    public ICancellable? Pending { get; set; }

    /// <summary>How its last request ended, once it is known that there will be no other.</summary>
    public ConnectionOutcome LastOutcome { get; set; }

    /// <summary>It waits for its next request and has nothing in hand.</summary>
    public bool IsIdle => _tunnel is null && Pending is null && Input.IsEmpty;

    /// <summary>It has a tunnel, or a request under way.</summary>
    public bool IsServed => _tunnel is not null || Pending is not null;

    /// <summary>Its cipher, when it speaks Shadowsocks.</summary>
    public ShadowsocksStream? Stream { get; set; }

    /// <summary>The client is to see a reset and not an orderly end, whatever it sent.</summary>
    public bool EndsWithReset { get; set; }

    /// <summary>Set when the connection was cut from outside: what its ending is called.</summary>
    public ConnectionOutcome? CutAs => _cut;

    /// <summary>Bytes read from the client and not used yet.</summary>
    public SocketInput Input { get; private set; } = new(socket);

    /// <summary>
    /// Gives the descriptor of the client's socket to work off the loop; <see cref="ContinueInside"/> follows, or the end.
    /// </summary>
    public int GoOutside()
    {
        _reachedAt = Socket.LocalEndPoint();
        return Socket.Unregister();
    }

    /// <summary>Goes on with the plaintext of what was in the socket, which has been unregistered.</summary>
    public void ContinueInside(LoopSocket plaintext)
    {
        Socket = plaintext;
        Input = new SocketInput(plaintext);
        plaintext.Observer = this;
    }

    /// <summary>Goes by the address that a trusted balancer gave.</summary>
    public void ComesFrom(IPEndPoint source) => Remote = source;

    /// <summary>Counts this connection as one of its address's. False when the address has as many as it may.</summary>
    public bool JoinAddress() => _addressCounted = Home.Limits.Addresses.TryEnter(Remote.Address);

    /// <summary>Counts this connection as one of the user's, and a request of it; or says why the user may not.</summary>
    public ConnectionOutcome? Join(UserEntry entry, PlanRights rights)
    {
        if (Membership is { } present && present.Entry.Activity != entry.Activity)
            LeaveUser();
        if (Membership is null)
        {
            if (Membership.TryJoin(Home.Limits, entry, rights, Remote.Address, out var membership) is { } refused)
                return refused;
            Membership = membership;
            if (_cut is not null)
                Membership!.Cut(); // that was before it was known whose connection it is
        }
        return Membership!.TryRequest(entry, rights);
    }

    /// <summary>Goes on with other limits.</summary>
    public void UpdateLimits(UserEntry entry, PlanRights rights)
    {
        Membership!.Update(entry, rights);
        _tunnel?.PassThrough(Membership.Gate);
    }

    /// <summary>
    /// The counter that bytes through this candidate are added to, kept while provider, country and target stay the same.
    /// </summary>
    /// <param name="target">The host to be reached; empty when there are many.</param>
    public UsageCounter CounterFor(Candidate candidate, string target)
    {
        BeginToBeListed();
        var user = Entry!.User;
        var (providerId, country) = (candidate.Provider.Id, candidate.Country);
        if (_counter is { } counter)
        {
            if (Home.Counters.Has(counter, user.Id, providerId, country, target))
            {
                counter.Connections++;
                counter.Touch();
                return counter;
            }
            UsageCounters.Release(counter);
        }
        return _counter = Home.Counters.Open(user.Id, providerId, country, target);
    }

    /// <summary>Counts bytes of a request or response that the far side has taken.</summary>
    public void Count(UsageCounter counter, int up = 0, int down = 0)
    {
        counter.AddUp(up);
        counter.AddDown(down);
        (_up, _down) = (_up + up, _down + down);
        if (Trace is not { } trace)
            return;
        trace.BytesUp += up;
        trace.BytesDown += down;
    }

    /// <summary>Begins to gather what the connection log will say of an admitted request.</summary>
    public void BeginTrace(UserEntry entry, Destination? destination, string country) =>
        (Trace, _askedCountry) = (Home.Recorder?.Begin(entry, destination, country), country);

    /// <summary>Tells what is traced that the present request goes this way.</summary>
    /// <param name="dialled">Whether it had to be dialled.</param>
    public void TraceThrough(Candidate candidate, bool dialled) =>
        Trace?.Through(candidate, dialled ? Home.Loop.Now - RequestedAt : null);

    /// <summary>Tells the connection log how the request ended that is traced, if one is.</summary>
    public void EndTrace(ConnectionOutcome outcome)
    {
        _askedCountry = "";
        if (Trace is not { } trace)
            return;
        Trace = null;
        Home.Recorder!.End(trace, Remote.Address, Home.Loop.Now - RequestedAt, outcome);
    }

    /// <summary>Tells the connection log of a refusal, when it is known whose: this is the end of what was traced.</summary>
    public void RecordRefusal(Destination? destination, Refusal refusal)
    {
        if (Asker is { } asker)
            Home.Recorder?.Refuse(
                asker, destination, _askedCountry, Trace, Remote.Address, Home.Loop.Now - RequestedAt, refusal);
        (Trace, _askedCountry) = (null, "");
    }

    /// <summary>From now on it has <see cref="EngineOptions.TotalTimeout"/>, until <see cref="EndTotal"/>.</summary>
    public void BeginTotal()
    {
        if (Home.Options.TotalTimeout is var total && total > TimeSpan.Zero)
            Home.Loop.ArmTimer(_total ??= new TotalTimer(this), total);
    }

    public void EndTotal()
    {
        if (_total is not null)
            Home.Loop.Timers.Disarm(_total);
    }

    /// <summary>Turns into a tunnel; from here on the loop moves the bytes and this object only waits for the end.</summary>
    public void BecomeTunnel(Upstream upstream, UsageCounter counter)
    {
        Pending = null;
        Home.Loop.Counts.CountTunnel();
        // A tunnel may end within Start (both ends already gone), and then it is over before it could be kept.
        Tunnel tunnel = Stream is null
            ? PlainTunnel.Start(Socket, upstream.Socket, counter, Membership?.Gate, this, Home.Options, Input.Bytes,
                upstream.Input.Bytes)
            : EncryptedTunnel.Start(Socket, upstream.Socket, Stream, counter, Membership?.Gate, this, Home.Options, Input.Bytes,
                upstream.Input.Bytes);
        Input.Release();
        upstream.Input.Release();
        if (_closed)
        {
            upstream.TakePlace()?.Leave();
            return;
        }
        _tunnel = tunnel;
        _place = upstream.TakePlace();
    }

    /// <summary>
    /// Wakes what waits for bytes of the client, or for leave to take them: it gets none. Once; the client can still be written
    /// to.
    /// </summary>
    public void StopReading()
    {
        Membership?.StopUp();
        Socket.StopWaiting();
    }

    /// <summary>Ends it from outside, now.</summary>
    public void Cut(ConnectionOutcome outcome)
    {
        if (_closed || _cut is not null)
            return;
        _cut = outcome;
        if (_tunnel is not null)
        {
            _tunnel.Cut(outcome);
            return;
        }
        EndsWithReset |= Pending is not null; // one that waits for its next request has lost nothing, and sees an orderly end
        Membership?.Cut();
        Pending?.Cancel();
        Socket.Cancel();
    }

    /// <summary>Gives back everything. Once, and a fault in one part keeps no other.</summary>
    public void Close(ConnectionOutcome outcome)
    {
        if (_closed)
            return;
        _closed = true;
        LastOutcome = _cut ?? outcome;
        GiveBack(static client => client.Pending?.Cancel());
        Pending = null;
        GiveBack(static client => client.EndTotal());
        GiveBack(static client => client.Socket.Close(reset: client.EndsWithReset));
        GiveBack(static client => client.Input.Release());
        GiveBack(static client => client.Stream?.Dispose());
        GiveBack(static client => client.LeavePlaces());
        GiveBack(static client => client.EndTrace(client.LastOutcome));
        Home.OnClosed(this, LastOutcome);
    }

    private void GiveBack(Action<ClientConnection> part)
    {
        try
        {
            part(this);
        }
        catch (Exception fault)
        {
            Home.Loop.OnFault(fault);
        }
    }

    private void LeavePlaces()
    {
        if (_addressCounted)
            Home.Limits.Addresses.Leave(Remote.Address);
        if (_counter is not null)
            UsageCounters.Release(_counter);
        _place?.Leave();
        LeaveUser();
    }

    EgressLoop IDialOwner.Egress => Home.Egress;

    ProxyUser IDialOwner.User => Entry!.User;

    void IPeerObserver.OnPeerClosed(bool reset)
    {
        if (reset)
            Membership?.StopWaiting();
        if (Pending is { } pending && (reset || (pending.EndsWithHalfClose && HasNothingInHand)))
            pending.Cancel();
    }

    void ITunnelOwner.OnTunnelEnded(Tunnel tunnel, ConnectionOutcome outcome)
    {
        _tunnel = null;
        Home.Loop.Counts.CountTunnelEnd();
        if (Trace is { } trace)
        {
            trace.BytesUp += tunnel.BytesUp;
            trace.BytesDown += tunnel.BytesDown;
        }
        Close(outcome);
    }

    /// <summary>All that the client sent is used.</summary>
    private bool HasNothingInHand => Input.IsEmpty && Stream is not { Early.IsEmpty: false } && !Socket.HasUnread();

    private void LeaveUser()
    {
        Membership?.Leave();
        Membership = null;
    }

    private sealed class TotalTimer(ClientConnection client) : TimerNode
    {
        internal override void OnTimer() => client.Cut(ConnectionOutcome.TotalTimeout);
    }
}
