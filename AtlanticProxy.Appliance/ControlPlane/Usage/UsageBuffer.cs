using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>
/// Holds what the meter counted until the database has it. Increments of one key are added up, so an outage costs memory by distinct
/// keys, not by time. One batch is out at a time and stays the same until it is accepted. A journal on disk will stand in this place.
/// </summary>
internal sealed class UsageBuffer(string node)
{
    private readonly Lock _lock = new();
    private Dictionary<UsageKey, UsageDelta> _pending = [];
    private UsageBatch? _out;
    private long _sequence;

    /// <summary>Keys waiting, the batch that is out included.</summary>
    public int Keys
    {
        get
        {
            lock (_lock)
                return _pending.Count + (_out?.Rows.Count ?? 0);
        }
    }

    public void Add(IReadOnlyList<UsageDelta> deltas)
    {
        lock (_lock)
            foreach (var delta in deltas)
            {
                // Text that PostgreSQL might refuse must not hold up the batch, and no real country looks like that.
                var key = IsCountry(delta.Key.Country) ? delta.Key : delta.Key with { Country = "" };
                var before = _pending.GetValueOrDefault(key);
                _pending[key] = new UsageDelta(
                    key, before.BytesUp + delta.BytesUp, before.BytesDown + delta.BytesDown, before.Connections + delta.Connections);
            }
    }

    /// <summary>The batch that is out, or a new one of all that is pending; null when there is nothing.</summary>
    public UsageBatch? Take()
    {
        lock (_lock)
        {
            if (_out is not null || _pending.Count == 0)
                return _out;
            _out = new UsageBatch(node, ++_sequence, [.. _pending.Values]);
            _pending = [];
            return _out;
        }
    }

    /// <summary>The database has this batch.</summary>
    public void Accepted(UsageBatch batch)
    {
        lock (_lock)
        {
            if (batch != _out)
                throw new InvalidOperationException($"Batch {batch.Sequence} is not the one that is out.");
            _out = null;
        }
    }

    private static bool IsCountry(string text) => text.Length == 0 || (text.Length == 2 && char.IsAsciiLetterLower(text[0]) && char.IsAsciiLetterLower(text[1]));
}
