namespace AtlanticProxy.Engine.Usage;

/// <summary>What bytes are counted by.</summary>
/// <param name="ProxyUserId">Whose bytes.</param>
/// <param name="ProviderId">Through whom.</param>
/// <param name="Country">ISO 3166-1 alpha-2 of the targeted exit, lower case; empty when none was asked for.</param>
/// <param name="SlotUtc">Start of the slot of <see cref="UsageMeter.SlotSeconds"/>, Unix seconds.</param>
public readonly record struct UsageKey(long ProxyUserId, long ProviderId, string Country, long SlotUtc);

/// <summary>An increment: bytes relayed after admission, as the client sees them (plaintext inside TLS).</summary>
/// <param name="Key">What it is counted by.</param>
/// <param name="BytesUp">From client to destination.</param>
/// <param name="BytesDown">From destination to client.</param>
/// <param name="Connections">Tunnels and requests that began.</param>
public readonly record struct UsageDelta(UsageKey Key, long BytesUp, long BytesDown, long Connections)
{
    /// <summary>Both together; they have one key.</summary>
    public UsageDelta Plus(in UsageDelta other) =>
        new(Key, BytesUp + other.BytesUp, BytesDown + other.BytesDown, Connections + other.Connections);
}

/// <summary>
/// Takes what the meter counted. Called every <see cref="UsageMeter.Interval"/> and once more on stop, never from two threads at
/// once. It must take the deltas over (they will not be offered again) and must not wait for a database.
/// </summary>
public interface IUsageSink
{
    void Accept(IReadOnlyList<UsageDelta> deltas);

    /// <summary>
    /// Whether it can hardly hold more: the engine then refuses new connections. Asked by every loop, for every connection.
    /// </summary>
    bool IsFull => false;
}
