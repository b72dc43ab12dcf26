using System.Net;
using AtlanticProxy.Engine.Diagnostics;

namespace AtlanticProxy.Engine.Limits;

/// <summary>What one proxy user, or one customer, uses on this node now, beside what it may. Shared by all loops.</summary>
internal sealed class UseScope(TimeProvider time)
{
    private readonly RateLimit _connectionRate = new(time, TimeSpan.FromSeconds(1)),
    _requestRate = new(time, TimeSpan.FromMinutes(1));
    private readonly RateLimit _servedLogRate = new(time, TimeSpan.FromMinutes(1)),
        _refusedLogRate = new(time, TimeSpan.FromMinutes(1));
    private readonly Dictionary<ulong, int> _addresses = [];
    private int _connections;

    public int Connections => Volatile.Read(ref _connections);

    public SpeedLimit Up { get; } = new(time);

    public SpeedLimit Down { get; } = new(time);

    /// <summary>
    /// Counts one more connection in; why not, when it may not be. What is counted in must <see cref="Leave"/>, with the same
    /// address and limits.
    /// </summary>
    public ConnectionOutcome? TryEnter(UseLimits limits, IPAddress address)
    {
        if (Interlocked.Increment(ref _connections) > (limits.MaxConnections ?? int.MaxValue))
        {
            Interlocked.Decrement(ref _connections);
            return ConnectionOutcome.TooManyConnections;
        }
        if (limits.ConnectionsPerSecond is { } rate && !_connectionRate.TryPass(rate))
        {
            Interlocked.Decrement(ref _connections);
            return ConnectionOutcome.RateLimited;
        }
        if (limits.MaxClientAddresses is { } addresses && !TryCount(address, addresses))
        {
            Interlocked.Decrement(ref _connections);
            return ConnectionOutcome.TooManyConnections;
        }
        return null;
    }

    public void Leave(UseLimits limits, IPAddress address)
    {
        Interlocked.Decrement(ref _connections);
        if (limits.MaxClientAddresses is null)
            return;
        ulong key = AddressCounts.KeyOf(address);
        lock (_addresses)
            if (--_addresses[key] == 0)
                _addresses.Remove(key);
    }

    /// <summary>Whether one more request may be made now.</summary>
    public bool MayRequest(UseLimits limits) => limits.RequestsPerMinute is not { } rate || _requestRate.TryPass(rate);

    /// <summary>Whether the connection log may take one more that was served.</summary>
    public bool MayLogServed(int perMinute) => _servedLogRate.TryPass(perMinute);

    /// <summary>Whether the connection log may take one more refusal.</summary>
    public bool MayLogRefused(int perMinute) => _refusedLogRate.TryPass(perMinute);

    /// <summary>Takes over the speeds of <paramref name="limits"/>.</summary>
    public void SetSpeeds(UseLimits limits)
    {
        Up.Set(limits.SpeedUp ?? 0);
        Down.Set(limits.SpeedDown ?? 0);
    }

    /// <summary>A speed is set.</summary>
    public bool IsBounded => Up.IsOn || Down.IsOn;

    private bool TryCount(IPAddress address, int limit)
    {
        ulong key = AddressCounts.KeyOf(address);
        lock (_addresses)
        {
            if (!_addresses.TryGetValue(key, out int present) && _addresses.Count >= limit)
                return false;
            _addresses[key] = present + 1;
            return true;
        }
    }
}
