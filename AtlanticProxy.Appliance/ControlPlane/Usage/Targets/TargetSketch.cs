namespace AtlanticProxy.ControlPlane.Usage.Targets;

/// <summary>What is known of one host.</summary>
/// <param name="Bytes">Surely moved to and from it.</param>
/// <param name="Error">What may have been moved besides, while it was not among those counted.</param>
/// <param name="Connections">That began while it was counted.</param>
internal readonly record struct TargetCount(long Bytes, long Error, long Connections)
{
    /// <summary>The most that it may have had: what hosts are ranked by.</summary>
    public long Most => Bytes + Error;
}

/// <summary>
/// The hosts with the most bytes, in bounded memory: space-saving, Metwally, Agrawal, El Abbadi 2005, weighted by bytes. A host
/// with more than (all bytes / capacity) is always in it.
/// </summary>
internal sealed class TargetSketch
{
    private readonly Dictionary<string, TargetCount> _hosts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, TargetCount> Hosts => _hosts;

    /// <summary>The most bytes that a host may have had that is not in it; 0 as long as every host found room.</summary>
    public long Missed { get; private set; }

    /// <summary>Counts for a host; when it is new and may not be added, in the place of the one with the least.</summary>
    /// <param name="mayGrow">Whether there is room for one more.</param>
    /// <returns>Whether it has one host more than before.</returns>
    public bool Add(string host, long bytes, long connections, bool mayGrow)
    {
        if (_hosts.TryGetValue(host, out var known))
        {
            _hosts[host] = known with { Bytes = known.Bytes + bytes, Connections = known.Connections + connections };
            return false;
        }
        if (mayGrow)
        {
            _hosts.Add(host, new TargetCount(bytes, Missed, connections));
            return true;
        }
        if (_hosts.Count == 0)
            return false;
        var (least, count) = _hosts.MinBy(entry => entry.Value.Most);
        _hosts.Remove(least);
        Missed = Math.Max(Missed, count.Most);
        _hosts.Add(host, new TargetCount(bytes, Missed, connections));
        return false;
    }
}
