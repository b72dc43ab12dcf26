using System.Net;
using System.Security.Cryptography;
using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress.Udp;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.Engine.Dialects.Shadowsocks;

/// <summary>
/// What one client address and port sends with one key: it counts as one of its user's connections, has an exit of its own, and
/// ends when nothing was sent either way for the idle timeout.
/// </summary>
internal sealed class PacketAssociation : TimerNode, IUdpClient
{
    /// <summary>Packets that wait while the exit is opened; more are dropped.</summary>
    private const int MaxWaiting = 16;

    private readonly ClientLoop _home;
    private readonly PacketServices _services;
    private readonly PacketListener _listener;
    private readonly KernelAddress _client;
    private readonly Targeting _targeting;
    private readonly long _idleMilliseconds, _openedAt, _endsAt;
    private readonly List<byte[]> _waiting = [];
    private UdpExit? _exit;
    private UsageCounter? _counter;
    private RequestTrace? _trace;
    private SpeedLook? _look;
    private long _lastActivity;
    private bool _closed;

    private PacketAssociation(
        ClientLoop home, PacketServices services, PacketListener listener, in KernelAddress client, FoundKey found,
        Targeting targeting, Membership membership)
    {
        (_home, _services, _listener, _client, _targeting, Membership, Key) = (home, services, listener, client, targeting,
            membership, found.Key);
        _idleMilliseconds = (long)home.Options.DatagramIdleTimeout.TotalMilliseconds;
        _openedAt = _lastActivity = home.Loop.Now;
        _endsAt = home.Options.TotalTimeout > TimeSpan.Zero
            ? _openedAt + (long)home.Options.TotalTimeout.TotalMilliseconds
            : long.MaxValue;
    }

    /// <summary>Its place among its user's connections.</summary>
    public Membership Membership { get; }

    public UserEntry Entry => Membership.Entry;

    public ShadowsocksKey Key { get; }

    /// <summary>Of this association, in the list of what is carried; 0 before it has an exit.</summary>
    public long Number { get; private set; }

    /// <summary>
    /// Step 4: an association of a user that may have one; null otherwise. It has no exit before <see cref="Start"/>.
    /// </summary>
    public static PacketAssociation? Open(
        ClientLoop home, PacketServices services, PacketListener listener, in KernelAddress client, FoundKey found)
    {
        var who = AdmissionControl.Identify(found.Entry, found.Key);
        Membership? membership = null;
        Refusal? refused = who.Entry is null ? who.Refusal
            : AdmissionControl.Present(services.Live.Snapshot, found.Entry, found.Key.Id) is not { } entry
            ? new Refusal(ConnectionOutcome.AccountSuspended)
            : AdmissionControl.RefusalOf(entry.User.State) is { } state ? state
            : Membership.TryJoin(home.Limits, entry, services.Live.Routing.RightsOf(entry.User), client.Address, out membership)
            is { } full
                ? new Refusal(full)
                : null;
        if (refused is { } refusal)
        {
            home.Loop.Counts.CountRefusal(refusal.Outcome);
            home.Node.CountRefused();
            home.Recorder?.Refuse(found.Entry, null, "", null, client.Address, 0, refusal);
            return null;
        }
        home.Node.CountOpened();
        var association = new PacketAssociation(home, services, listener, client, found, who.Targeting, membership!);
        association._trace = home.Recorder?.Begin(found.Entry, null, who.Targeting.Country);
        association.ArmTimer();
        return association;
    }

    /// <summary>Opens its exit, which may fail at once: then it is closed, and its listener has forgotten it.</summary>
    public void Start() => _ = OpenExitAsync(); // never throws

    /// <summary>Takes a datagram of the client: address, then payload.</summary>
    public void Send(ReadOnlySpan<byte> addressed)
    {
        _lastActivity = _home.Loop.Now;
        if (_exit is not null)
            _exit.Send(addressed);
        else if (!_closed && _waiting.Count < MaxWaiting)
            _waiting.Add(addressed.ToArray());
    }

    public void Close(ConnectionOutcome outcome)
    {
        if (_closed)
            return;
        _closed = true;
        _home.Loop.Timers.Disarm(this);
        _listener.Forget(_client);
        if (_trace is { } trace)
        {
            (trace.BytesUp, trace.BytesDown) = (_exit?.BytesUp ?? 0, _exit?.BytesDown ?? 0);
            _home.Recorder!.End(trace, _client.Address, _home.Loop.Now - _openedAt, outcome);
        }
        _exit?.Close();
        if (_counter is not null)
            UsageCounters.Release(_counter);
        Membership.Leave();
        _home.Node.CountClosed();
        _home.Loop.Counts.CountEnding(outcome);
    }

    /// <summary>Tells <paramref name="selection"/> what it carries.</summary>
    public void Tell(CarriageSelection selection)
    {
        if (_counter is { } counter && _exit is { } exit)
            selection.Offer(
                new Carriage(Number, Entry, counter, null, _client.Address, _openedAt, exit.BytesUp, exit.BytesDown),
                _home.Loop.Now, ref _look);
    }

    internal override void OnTimer()
    {
        if (_home.Loop.Now >= _endsAt)
            Close(ConnectionOutcome.TotalTimeout);
        else if (_home.Loop.Now - _lastActivity >= _idleMilliseconds)
            Close(ConnectionOutcome.IdleTimeout);
        else
            ArmTimer();
    }

    bool IUdpClient.Deliver(int start, int length)
    {
        _lastActivity = _home.Loop.Now;
        int salt = Key.MasterKey.Length, size = salt + length + Aead.TagSize;
        if (size > EventLoop.ScratchSize)
            return false;
        var packet = _home.Loop.SecondScratch.AsSpan(0, size);
        RandomNumberGenerator.Fill(packet[..salt]);
        _services.Salts.TryAdd(packet[..salt]); // what we send must not be played back to us
        using (var cipher = new Aead(Key, packet[..salt]))
            cipher.Seal(0, _home.Loop.ScratchArray.AsSpan(start, length), packet[salt..]);
        return _listener.Send(packet, _client);
    }

    bool IUdpClient.Permits(Destination destination) => _services.Admission.Permits(Entry.User, destination);

    bool IUdpClient.Permits(IPAddress address) => _services.Admission.Permits(Entry.User, address);

    bool IUdpClient.MayMove(int bytes, bool up) => Membership.MayMove(bytes, up);

    void IUdpClient.OnExitClosed() => Close(ConnectionOutcome.UpstreamReset);

    private void ArmTimer() => _home.Loop.Timers.Arm(this, Math.Min(_lastActivity + _idleMilliseconds, _endsAt));

    // Steps 5 and 6.
    private async Task OpenExitAsync()
    {
        try
        {
            var route = AdmissionControl.Lacking(_services.Live.Routing, Entry.User, ClientDialects.Shadowsocks, _targeting)
                is { } lacking
                ? Route.None(ConnectionOutcome.NotIncluded, lacking)
                : _services.Routes.Select(_services.Live.Snapshot, _services.Live.Routing, Entry.User, _targeting,
                    datagrams: true);
            Membership.Asks(_targeting.Fields);
            if (Membership.Lease is { } lease && await _home.Limits.Leases.EnsureAsync(lease) != LeaseState.Granted
                && Membership.Gate is not { IsOnFloor: true })
                route = Route.None(ConnectionOutcome.QuotaExhausted, "nothing is left");
            await _home.Loop.SwitchTo();
            var opened = await _services.Dialer.OpenAsync(_home.Egress, Entry.User, route);
            if (opened.Exit is not { } exit || _closed)
            {
                opened.Exit?.Close();
                if (!_closed)
                {
                    _home.Loop.Counts.CountRefusal(opened.Refusal.Outcome);
                    _home.Node.CountRefused();
                    _home.Recorder?.Refuse(Entry, null, _targeting.Country, _trace, _client.Address,
                        _home.Loop.Now - _openedAt, opened.Refusal);
                    _trace = null;
                }
                Close(opened.Refusal.Outcome);
                return;
            }
            _counter = _home.Counters.Open(Entry.User.Id, exit.Candidate.Provider.Id, exit.Candidate.Country, target: "");
            exit.Serve(this, _counter);
            Number = _home.Numbers.Next();
            _trace?.Through(exit.Candidate, _home.Loop.Now - _openedAt);
            _exit = exit;
            foreach (byte[] datagram in _waiting)
                exit.Send(datagram);
            _waiting.Clear();
        }
        catch (Exception fault)
        {
            _home.Loop.OnFault(fault);
            Close(ConnectionOutcome.InternalError);
        }
    }
}
