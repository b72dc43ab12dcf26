using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Limits;

/// <summary>The gates of one loop, by proxy user. Used on the loop only.</summary>
internal sealed class TrafficGates(EventLoop loop)
{
    private readonly Dictionary<long, TrafficGate> _gates = [];

    /// <summary>
    /// The gate of a user's connections here, given back with <see cref="Release"/>. One whose bounds have become others is
    /// replaced.
    /// </summary>
    public TrafficGate Open(long userId, AccountLease? lease, UseScope user, UseScope? customer, SpeedLimit? floor)
    {
        if (!_gates.TryGetValue(userId, out var gate) || gate.Lease != lease || gate.Floor != floor || gate.Customer != customer)
            _gates[userId] = gate = new TrafficGate(loop, user, customer, lease, floor);
        gate.Users++;
        return gate;
    }

    public void Release(long userId, TrafficGate gate)
    {
        if (--gate.Users > 0)
            return;
        gate.ReturnShare();
        if (_gates.TryGetValue(userId, out var present) && present == gate)
            _gates.Remove(userId);
    }

    /// <summary>Gives back what is left of a share of <paramref name="lease"/>.</summary>
    public void ReturnShare(AccountLease lease)
    {
        if (_gates.TryGetValue(lease.ProxyUserId, out var gate) && gate.Lease == lease)
            gate.ReturnShare();
    }

    /// <summary>Lets go those who waited for <paramref name="lease"/>.</summary>
    public void OnFilled(AccountLease lease)
    {
        if (_gates.TryGetValue(lease.ProxyUserId, out var gate) && gate.Lease == lease)
            gate.Open();
    }
}
