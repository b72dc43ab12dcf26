using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Routing.Health;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>
/// Upstream connections that wait for another plain HTTP request of the same route. Used on its worker's loop only. A connection
/// that dies while it waits is closed at once, so that the next request does not find it dead.
/// </summary>
internal sealed class UpstreamPool : TimerNode
{
    /// <summary>
    /// How long a connection waits. Under the keep-alive of nearly all servers (Apache 5 s, nginx 75 s, Squid 60 s) there is no
    /// point in longer.
    /// </summary>
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a connection may have waited that is to carry a request which must not be sent twice: if it breaks then, nobody
    /// can tell whether the request was served. Servers close idle connections later than this (gunicorn 2 s, Node and Apache 5
    /// s).
    /// </summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    /// <summary>Waiting connections of one route, and of the whole worker.</summary>
    private const int MaxPerRoute = 64, MaxTotal = 2048;

    private readonly EventLoop _loop;
    private readonly Dictionary<Key, Stack<Waiting>> _routes = [];

    public UpstreamPool(EventLoop loop)
    {
        _loop = loop;
    }

    /// <summary>Nothing waits here at a provider that allows no more connections: perhaps on another loop.</summary>
    public event Action<ProviderState>? RoomWanted;

    /// <summary>Connections waiting now.</summary>
    public int Count { get; private set; }

    /// <summary>A live connection of this user for this candidate and destination; null when there is none.</summary>
    /// <param name="onlyFresh">
    /// Only a connection that has not waited for longer than <see cref="FreshFor"/>. An older one is closed, since the caller
    /// then opens another: requests far apart would otherwise each leave a connection behind.
    /// </param>
    public Upstream? TryTake(long userId, Candidate candidate, Destination destination, bool onlyFresh)
    {
        if (!_routes.TryGetValue(KeyOf(userId, candidate, destination), out var stack))
            return null;
        while (stack.TryPeek(out var waiting))
        {
            var upstream = waiting.Upstream;
            bool isOpen = upstream.Socket.IsOpen; // it may have died while it waited
            if (isOpen && onlyFresh && _loop.Now - waiting.Since > FreshFor.TotalMilliseconds)
            {
                stack.Pop();
                Drop(waiting);
                return null; // it was the newest
            }
            if (isOpen && upstream.Socket.IsQuiet())
            {
                if (!upstream.TryUse())
                    return null;
                stack.Pop();
                Count--;
                upstream.Socket.Observer = null;
                upstream.Reused = true;
                upstream.Pooled = false;
                return upstream;
            }
            stack.Pop();
            if (isOpen)
                Drop(waiting); // what was not asked for must not become the next request's answer
        }
        return null;
    }

    /// <summary>
    /// Keeps a connection on which a response of this user just ended whole; or closes it, when there are enough, or when it may
    /// not be used again.
    /// </summary>
    public void Put(long userId, Upstream upstream, Destination destination)
    {
        var key = KeyOf(userId, upstream.Candidate, destination);
        _routes.TryGetValue(key, out var stack);
        upstream.Pooled = true;
        // Where it is crowded: this one was in use when another asked for its place.
        if (Count >= MaxTotal || stack?.Count >= MaxPerRoute || upstream.Socket.PeerEnded
            || upstream.Candidate.RotatesByConnection
            || upstream.Candidate.State.IsCrowded(upstream.Candidate.Provider))
        {
            upstream.Close();
            return;
        }
        if (stack is null)
            _routes.Add(key, stack = new Stack<Waiting>());
        upstream.Socket.ClearDeadline();
        var waiting = new Waiting(this, upstream, _loop.Now);
        upstream.Socket.Observer = waiting;
        stack.Push(waiting);
        Count++;
        upstream.Rest();
        if (!IsArmed)
            _loop.ArmTimer(this, SweepInterval);
    }

    /// <summary>Closes what waited too long, and forgets routes that nobody uses.</summary>
    internal override void OnTimer()
    {
        foreach (var (key, stack) in _routes)
        {
            // Kept in order: the newest is taken first, so the old ones are at the bottom.
            var live = stack.Where(IsLive).Reverse().ToArray();
            stack.Clear();
            foreach (var waiting in live)
                stack.Push(waiting);
            if (stack.Count == 0)
                _routes.Remove(key);
        }
        if (_routes.Count > 0)
            _loop.ArmTimer(this, SweepInterval);
    }

    /// <summary>Has a connection closed that waits at this provider: one of this loop's, or of the others'.</summary>
    public void MakeRoomAt(ProviderState provider)
    {
        if (!CloseOne(provider))
            RoomWanted?.Invoke(provider);
    }

    /// <summary>Closes one that waits at this provider, so that another may have its place. False when none does.</summary>
    public bool CloseOne(ProviderState provider)
    {
        foreach (var waiting in _routes.Values.SelectMany(stack => stack))
            if (waiting.Upstream.Candidate.State == provider && waiting.Upstream.Socket.IsOpen)
            {
                Drop(waiting);
                return true;
            }
        return false;
    }

    /// <summary>Closes all.</summary>
    public void Clear()
    {
        foreach (var waiting in _routes.Values.SelectMany(stack => stack))
            Drop(waiting);
        _routes.Clear();
    }

    private bool IsLive(Waiting waiting)
    {
        if (waiting.Upstream.Socket.IsOpen && _loop.Now - waiting.Since < MaxIdle.TotalMilliseconds)
            return true;
        Drop(waiting);
        return false;
    }

    private void Drop(Waiting waiting)
    {
        if (!waiting.Upstream.Socket.IsOpen)
            return;
        Count--;
        waiting.Upstream.Close();
    }

    // An HTTP proxy takes requests for any destination on one connection; everything else leads to one destination. One user's
    // connections are never another's: some origins log in a connection and not a request (NTLM, Negotiate).
    private static Key KeyOf(long userId, Candidate candidate, Destination destination) => new(
        userId, candidate.Provider.Id, candidate.Host, candidate.Port, candidate.Username, candidate.Password, candidate.Local,
        candidate.Provider.Protocol is UpstreamProtocol.Http or UpstreamProtocol.Https ? "" : destination.Authority);

    private readonly record struct Key(long User, long Provider, string Host, int Port, string Username, string Password,
        LocalAddresses? Local, string Authority);

    private sealed class Waiting(UpstreamPool pool, Upstream upstream, long since) : IPeerObserver
    {
        public Upstream Upstream { get; } = upstream;

        public long Since { get; } = since;

        void IPeerObserver.OnPeerClosed(bool reset) => pool.Drop(this);
    }
}
