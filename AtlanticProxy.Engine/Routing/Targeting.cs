namespace AtlanticProxy.Engine.Routing;

/// <summary>What a client asks of its exit, whatever grammar it was written in. Values are lower case; empty means not asked for.</summary>
internal sealed record Targeting
{
    public static readonly Targeting None = new();

    /// <summary>Minutes that a session keeps its exit unless the client says otherwise.</summary>
    public const int DefaultTtlMinutes = 10;

    public const int MinTtlMinutes = 1, MaxTtlMinutes = 1440;

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string Country { get; init; } = "";

    public string State { get; init; } = "";

    public string City { get; init; } = "";

    /// <summary>Autonomous system number, decimal.</summary>
    public string Asn { get; init; } = "";

    /// <summary>The client's own name for its session; empty for a new exit each time.</summary>
    public string Session { get; init; } = "";

    public int TtlMinutes { get; init; } = DefaultTtlMinutes;

    /// <summary>Rather no exit than another one.</summary>
    public bool Strict { get; init; }
}
