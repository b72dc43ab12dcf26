using AtlanticProxy.Engine;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Serving;

/// <summary>Shows the portal what the engine carries.</summary>
internal sealed class EngineConnections(ProxyEngine engine, TimeProvider time) : ILiveConnections
{
    /// <summary>Nobody has looked for so long: then speeds are measured anew, from now on.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(3);

    /// <summary>How long that takes.</summary>
    private static readonly TimeSpan Measuring = TimeSpan.FromMilliseconds(500);

    /// <summary>Refusals are counted over at least so long.</summary>
    private static readonly TimeSpan RefusalSpan = TimeSpan.FromMilliseconds(900);

    private readonly Lock _lock = new();
    private long? _lookedAt;
    private (long At, long Total) _refusals;
    private double _refused;

    public async Task<LiveLook> LookAsync(
        OpenConnectionFilter filter, OpenConnectionOrder order, int most, CancellationToken cancellation)
    {
        if (IsStale())
        {
            await engine.LookAsync(OpenConnectionFilter.All, OpenConnectionOrder.Age, 0, cancellation);
            await Task.Delay(Measuring, time, cancellation);
        }
        var open = await engine.LookAsync(filter, order, most, cancellation);
        return new LiveLook(open, Refused());
    }

    public Task<int> CutAsync(IReadOnlySet<long> ids, CancellationToken cancellation) => engine.CutAsync(ids, cancellation);

    private bool IsStale()
    {
        lock (_lock)
        {
            bool stale = _lookedAt is not { } before || time.GetElapsedTime(before) >= Stale;
            _lookedAt = time.GetTimestamp();
            if (stale)
                (_refusals, _refused) = ((_lookedAt.Value, engine.Refusals), 0);
            return stale;
        }
    }

    private double Refused()
    {
        lock (_lock)
        {
            var passed = time.GetElapsedTime(_refusals.At);
            long total = engine.Refusals;
            if (passed < RefusalSpan)
                return _refused > 0 || passed == TimeSpan.Zero ? _refused : (total - _refusals.Total) / passed.TotalSeconds;
            _refused = (total - _refusals.Total) / passed.TotalSeconds;
            _refusals = (time.GetTimestamp(), total);
            return _refused;
        }
    }
}
