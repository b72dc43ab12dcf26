using System.Collections.Concurrent;

namespace AtlanticProxy.Engine.Limits;

/// <summary>What customers use on this node, by id. Those that never had a limit are not here.</summary>
internal sealed class CustomerUse(TimeProvider time)
{
    private readonly ConcurrentDictionary<long, UseScope> _scopes = new();
    private readonly ConcurrentDictionary<long, SpeedLimit> _floors = new();

    public UseScope Of(long customerId) => _scopes.GetOrAdd(customerId, _ => new UseScope(time));

    public SpeedLimit FloorOf(long customerId, long bytesPerSecond)
    {
        var floor = _floors.GetOrAdd(customerId, _ => new SpeedLimit(time));
        floor.Set(bytesPerSecond);
        return floor;
    }
}
