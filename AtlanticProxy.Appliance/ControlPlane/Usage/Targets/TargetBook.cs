using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.ControlPlane.Usage.Targets;

/// <summary>A sketch of what one proxy user reached on one day.</summary>
/// <param name="Day">Its first instant, UTC.</param>
internal sealed record TargetPage(long ProxyUserId, DateTimeOffset Day, TargetSketch Sketch);

/// <summary>
/// What this node has seen since the last <see cref="Take"/>, in bounded memory. Kill -9 loses it: it is statistics, what is
/// billed is elsewhere.
/// </summary>
internal sealed class TargetBook(TimeProvider time) : ITargetSink
{
    /// <summary>
    /// Hosts of one sketch: twice what the database keeps, so that what it keeps is well told apart from the rest.
    /// </summary>
    public const int HostsOfUser = 2 * TargetStore.HostsOfDay;

    /// <summary>
    /// Hosts of all sketches: some 30 MB. Beyond it no sketch grows, and a proxy user without one waits for the next.
    /// </summary>
    public const int MostHosts = 200_000;

    private readonly Lock _lock = new();
    private Dictionary<(long ProxyUserId, DateTimeOffset Day), TargetSketch> _sketches = [];
    private int _hosts;

    public void Accept(IReadOnlyList<TargetDelta> targets)
    {
        var day = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        lock (_lock)
            foreach (var target in targets)
                Count(target, day);
    }

    /// <summary>Takes out everything.</summary>
    public IReadOnlyList<TargetPage> Take()
    {
        lock (_lock)
        {
            var taken = _sketches.Select(entry => new TargetPage(entry.Key.ProxyUserId, entry.Key.Day, entry.Value)).ToList();
            (_sketches, _hosts) = ([], 0);
            return taken;
        }
    }

    private void Count(in TargetDelta target, DateTimeOffset day)
    {
        if (!_sketches.TryGetValue((target.ProxyUserId, day), out var sketch))
        {
            if (_hosts >= MostHosts)
                return;
            _sketches.Add((target.ProxyUserId, day), sketch = new TargetSketch());
        }
        if (sketch.Add(target.Host, target.Bytes, target.Connections, mayGrow: sketch.Hosts.Count < HostsOfUser
            && _hosts < MostHosts))
            _hosts++;
    }
}
