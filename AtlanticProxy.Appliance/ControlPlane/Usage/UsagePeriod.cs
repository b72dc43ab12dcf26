namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>A span up to now, and the grain that it is shown by.</summary>
public enum UsagePeriod
{
    /// <summary>Twelve times five minutes.</summary>
    LastHour,

    /// <summary>24 hours.</summary>
    LastDay,

    /// <summary>30 days, UTC.</summary>
    Last30Days,
}

/// <summary>What usage is told apart by.</summary>
public enum UsageDimension
{
    Customer,
    ProxyUser,
    Provider,
    Country,
}

/// <summary>One customer's, proxy user's, provider's or country's part of the usage.</summary>
/// <param name="Id">Of the row behind it; 0 for a country, and where that row is unknown.</param>
/// <param name="Name">Email, name, or ISO 3166-1 alpha-2 in lower case; empty when unknown, or when no country was asked
/// for.</param>
/// <param name="BytesUp">From client to destination.</param>
/// <param name="BytesDown">From destination to client.</param>
public sealed record UsageShare(long Id, string Name, long BytesUp, long BytesDown, long Connections)
{
    public long Bytes => BytesUp + BytesDown;
}
