using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>
/// Upstream connections that wait for another plain HTTP request of the same route. Used on its worker's loop only. A connection that dies while it
/// waits is closed at once, so that the next request does not find it dead.
/// </summary>
internal sealed class UpstreamPool : TimerNode
{
    /// <summary>How long a connection waits. Under the keep-alive of nearly all servers (Apache 5 s, nginx 75 s, Squid 60 s) there is no point in longer.</summary>
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    /// <summary>Waiting connections of one route, and of the whole worker.</summary>
    private const int MaxPerRoute = 64, MaxTotal = 2048;

    private readonly EventLoop _loop;
    private readonly Dictionary<Key, Stack<Waiting>> _routes = [];

    public UpstreamPool(EventLoop loop)
    {
        _loop = loop;
    }

    /// <summary>Connections waiting now.</summary>
    public int Count { get; private set; }

    /// <summary>A live connection for this candidate and destination; null when there is none.</summary>
    public Upstream? TryTake(Candidate candidate, Destination destination)
    {
        if (!_routes.TryGetValue(KeyOf(candidate, destination), out var stack))
            return null;
        while (stack.TryPop(out var waiting))
        {
            if (!waiting.Upstream.Socket.IsOpen)
                continue; // died while it waited
            Count--;
            waiting.Upstream.Socket.Observer = null;
            waiting.Upstream.Reused = true;
            waiting.Upstream.Pooled = false;
            return waiting.Upstream;
        }
        return null;
    }

    /// <summary>Keeps a connection on which a response just ended whole; or closes it, when there are enough.</summary>
    public void Put(Upstream upstream, Destination destination)
    {
        var key = KeyOf(upstream.Candidate, destination);
        if (!_routes.TryGetValue(key, out var stack))
            _routes.Add(key, stack = new Stack<Waiting>());
        upstream.Pooled = true;
        if (Count >= MaxTotal || stack.Count >= MaxPerRoute || upstream.Socket.PeerEnded)
        {
            upstream.Close();
            return;
        }
        upstream.Socket.ClearDeadline();
        var waiting = new Waiting(this, upstream, _loop.Now);
        upstream.Socket.Observer = waiting;
        stack.Push(waiting);
        Count++;
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

    /// <summary>Closes all.</summary>
    public void Clear()
    {
        foreach (var waiting in _routes.Values.SelectMany(stack => stack))
            waiting.Upstream.Close();
        _routes.Clear();
        Count = 0;
    }

    private bool IsLive(Waiting waiting)
    {
        if (waiting.Upstream.Socket.IsOpen && _loop.Now - waiting.Since < MaxIdle.TotalMilliseconds)
            return true;
        if (waiting.Upstream.Socket.IsOpen)
        {
            waiting.Upstream.Close();
            Count--;
        }
        return false;
    }

    // An HTTP proxy takes requests for any destination on one connection; everything else leads to one destination.
    private static Key KeyOf(Candidate candidate, Destination destination) => new(
        candidate.Provider.Id, candidate.Host, candidate.Port, candidate.Username, candidate.Password, candidate.Local,
        candidate.Provider.Protocol is UpstreamProtocol.Http or UpstreamProtocol.Https ? "" : destination.Authority);

    private readonly record struct Key(long Provider, string Host, int Port, string Username, string Password, LocalAddresses? Local, string Authority);

    private sealed class Waiting(UpstreamPool pool, Upstream upstream, long since) : IPeerObserver
    {
        public Upstream Upstream { get; } = upstream;

        public long Since { get; } = since;

        void IPeerObserver.OnPeerClosed(bool reset)
        {
            Upstream.Close();
            pool.Count--;
        }
    }
}
