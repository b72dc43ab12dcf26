using System.Collections.Concurrent;
using AtlanticProxy.Simulator.Grammars;

namespace AtlanticProxy.Simulator;

/// <summary>One line of the provider's bill.</summary>
/// <param name="Username">As presented, targeting and all; empty without credentials.</param>
/// <param name="Session">The session that it named; empty without one.</param>
/// <param name="Country">The country that it asked for, in capitals; empty for any.</param>
/// <param name="Day">In UTC.</param>
/// <param name="BytesUp">From client to destination, after the provider's 200.</param>
/// <param name="BytesDown">From destination to client, after the provider's 200.</param>
/// <param name="Connections">Tunnels, plain requests and UDP associations.</param>
public sealed record BillLine(
    string Username, string Session, string Country, DateOnly Day, long BytesUp, long BytesDown, long Connections);

/// <summary>
/// What the provider would charge for: counted by its own code, so that the appliance's metering can be held against it.
/// </summary>
public sealed class Bill
{
    /// <summary>
    /// Lines kept one by one; what comes after is summed under the session <see cref="Others"/>, so that a long run stays
    /// bounded.
    /// </summary>
    public const int MaxLines = 100_000;

    public const string Others = "(others)";

    private readonly ConcurrentDictionary<BillKey, Counter> _lines = new();
    private readonly TimeProvider _time;

    internal Bill(TimeProvider time) => _time = time;

    public IReadOnlyList<BillLine> Lines =>
    [
        .. _lines.Select(l =>
            new BillLine(l.Key.Username, l.Key.Session, l.Key.Country, l.Key.Day, l.Value.Up, l.Value.Down, l.Value.Connections))
            .OrderBy(l => l.Day).ThenBy(l => l.Username, StringComparer.Ordinal).ThenBy(l => l.Session, StringComparer.Ordinal)
                .ThenBy(l => l.Country, StringComparer.Ordinal),
    ];

    public long BytesUp => _lines.Values.Sum(c => c.Up);

    public long BytesDown => _lines.Values.Sum(c => c.Down);

    internal DateOnly Today => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    internal BillMeter Open(Subscriber subscriber)
    {
        Interlocked.Increment(
            ref Line(new BillKey(subscriber.Username, subscriber.Wanted.Session, subscriber.Wanted.Country, Today)).Connections);
        return new BillMeter(this, subscriber);
    }

    internal Counter Line(BillKey key)
    {
        if (_lines.TryGetValue(key, out var line))
            return line;
        return _lines.GetOrAdd(_lines.Count < MaxLines ? key : new BillKey("", Others, "", key.Day), static _ => new Counter());
    }

    internal sealed class Counter
    {
        public long Up, Down, Connections;
    }
}

internal readonly record struct BillKey(string Username, string Session, string Country, DateOnly Day);

/// <summary>Counts one connection onto the line of the day on which each byte passes.</summary>
internal sealed class BillMeter(Bill bill, Subscriber subscriber)
{
    private Tuple<DateOnly, Bill.Counter>? _line;

    public void Up(int bytes) => Interlocked.Add(ref Today().Up, bytes);

    public void Down(int bytes) => Interlocked.Add(ref Today().Down, bytes);

    private Bill.Counter Today()
    {
        var day = bill.Today;
        if (_line is { } line && line.Item1 == day)
            return line.Item2;
        var counter = bill.Line(new BillKey(subscriber.Username, subscriber.Wanted.Session, subscriber.Wanted.Country, day));
        _line = Tuple.Create(day, counter); // One reference: the two directions may write it at once.
        return counter;
    }
}
