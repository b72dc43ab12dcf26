using System.Net;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.Engine.Connections;

/// <summary>What a client connection or an association of datagrams carries, as it stands.</summary>
/// <param name="Counter">Has the exit: provider and country.</param>
/// <param name="Destination">Null for datagrams.</param>
/// <param name="Since">By the loop's clock.</param>
/// <param name="Up">Bytes until now.</param>
/// <param name="Down">Bytes until now.</param>
internal readonly record struct Carriage(
    long Number, UserEntry Entry, UsageCounter Counter, Destination? Destination, IPAddress Client, long Since, long Up,
    long Down);

/// <summary>Gives numbers that no other loop of the node gives. Used on its loop only.</summary>
internal sealed class CarriageNumbers(int loop)
{
    /// <summary>For the number of the loop, of which there are at most 256.</summary>
    private const int LoopBits = 8;

    private long _given;

    public long Next() => (++_given << LoopBits) | (long)loop;
}

/// <summary>What is remembered between two looks at a connection, to tell how fast it is.</summary>
internal sealed class SpeedLook
{
    /// <summary>Milliseconds between two measurements: whoever looks again before gets the speed that was measured.</summary>
    public const int Interval = 400;

    private const int SecondMs = 1000;

    private long _at, _bytes, _speed;

    /// <summary>Bytes a second since the last measurement, or since it began.</summary>
    public static long Measure(ref SpeedLook? look, long now, long since, long bytes)
    {
        look ??= new SpeedLook { _at = since - Interval };
        long passed = now - look._at;
        if (passed < Interval)
            return look._speed;
        if (look._bytes == 0 && look._at < since)
            passed = Math.Max(now - since, 1); // the first look
        look._speed = (bytes - look._bytes) * SecondMs / passed;
        (look._at, look._bytes) = (now, bytes);
        return look._speed;
    }
}

/// <summary>Keeps the first of what is offered to it, as far as it matches. Used on one loop only.</summary>
/// <param name="most">How many it keeps.</param>
internal sealed class CarriageSelection(OpenConnectionFilter filter, OpenConnectionOrder order, int most)
{
    private readonly PriorityQueue<OpenConnection, long> _first = new();

    public int Total { get; private set; }

    public int Matching { get; private set; }

    /// <summary>What it has kept, in no order.</summary>
    public IEnumerable<OpenConnection> Items => _first.UnorderedItems.Select(each => each.Element);

    /// <summary>The last comes first in a queue from which the last is thrown out.</summary>
    public static long RankOf(OpenConnection connection, OpenConnectionOrder order) =>
        RankOf(order, connection.Speed, (long)connection.Age.TotalMilliseconds);

    /// <param name="now">By the loop's clock.</param>
    /// <param name="look">What is remembered of it.</param>
    public void Offer(in Carriage carriage, long now, ref SpeedLook? look)
    {
        Total++;
        // Also of what does not match: whoever looks for it next is told how fast it is.
        long speed = SpeedLook.Measure(ref look, now, carriage.Since, carriage.Up + carriage.Down);
        var age = TimeSpan.FromMilliseconds(now - carriage.Since);
        if (!filter.Matches(carriage, age))
            return;
        Matching++;
        long rank = RankOf(order, speed, now - carriage.Since);
        if (_first.Count >= most && _first.TryPeek(out _, out long lowest) && rank <= lowest)
            return;
        _first.Enqueue(Describe(carriage, age, speed), rank);
        if (_first.Count > most)
            _first.Dequeue();
    }

    private static long RankOf(OpenConnectionOrder order, long speed, long ageMs) => order switch
    {
        OpenConnectionOrder.Speed => speed,
        OpenConnectionOrder.Age => ageMs,
    };

    private static OpenConnection Describe(in Carriage carriage, TimeSpan age, long speed) => new()
    {
        Id = carriage.Number, ProxyUserId = carriage.Entry.User.Id, CustomerId = carriage.Entry.User.CustomerId,
        ProxyUser = carriage.Entry.User.Name, ClientAddress = carriage.Client, Host = carriage.Destination?.Host ?? "",
        Port = carriage.Destination?.Port ?? 0, ProviderId = carriage.Counter.ProviderId, Country = carriage.Counter.Country,
        Age = age, BytesUp = carriage.Up, BytesDown = carriage.Down, Speed = speed,
    };
}
