namespace AtlanticProxy.Engine.Requests;

/// <summary>
/// What a client asks of its exit, whatever grammar it was written in. Names are lower case letters and digits only, so that
/// <c>New_York</c> and
/// <c>newyork</c> are one; empty means not asked for. Never contradicts itself: see <see cref="Grammars.TargetingDraft"/>.
/// </summary>
internal sealed record Targeting
{
    public static readonly Targeting None = new();

    /// <summary>Minutes that a session keeps its exit unless the client says otherwise.</summary>
    public const int DefaultTtlMinutes = 10;

    public const int MinTtlMinutes = 1, MaxTtlMinutes = 1440;

    /// <summary>Any of these will do.</summary>
    public CountryList Countries { get; init; }

    /// <summary>None of these; only asked for where <see cref="Countries"/> is empty.</summary>
    public CountryList ExcludedCountries { get; init; }

    /// <summary>The only country; empty when none was asked for, and when any of several will do.</summary>
    public string Country
    {
        get => Countries.Single;
        init => Countries = value.Length == 0 ? default : CountryList.Of(value);
    }

    /// <summary>One of <see cref="Routing.Region"/>; only asked for where <see cref="Countries"/> is empty.</summary>
    public string Region { get; init; } = "";

    /// <summary>A name or a code, as the client wrote it: <c>newyork</c> or <c>ny</c>.</summary>
    public string State { get; init; } = "";

    public string City { get; init; } = "";

    public string Zip { get; init; } = "";

    /// <summary>Autonomous system number, decimal.</summary>
    public string Asn { get; init; } = "";

    public string Isp { get; init; } = "";

    /// <summary><c>windows</c>, <c>macos</c>, <c>linux</c>, <c>android</c> or <c>ios</c>.</summary>
    public string Os { get; init; } = "";

    /// <summary>The client's own name for its session, in its own case; empty for a new exit each time.</summary>
    public string Session { get; init; } = "";

    /// <summary>What the client said, in minutes; null when it said nothing.</summary>
    public int? AskedTtl { get; init; }

    /// <summary>What holds.</summary>
    public int TtlMinutes
    {
        get => AskedTtl ?? DefaultTtlMinutes;
        init => AskedTtl = value;
    }

    /// <summary>Rather no exit than another one.</summary>
    public bool Strict { get; init; }

    /// <summary>What is asked for.</summary>
    public TargetingFields Fields =>
        (Countries.IsEmpty ? 0 : TargetingFields.Country)
        | (ExcludedCountries.IsEmpty ? 0 : TargetingFields.Exclusion)
        | If(Region, TargetingFields.Region)
        | If(State, TargetingFields.State)
        | If(City, TargetingFields.City)
        | If(Zip, TargetingFields.Zip)
        | If(Asn, TargetingFields.Asn)
        | If(Isp, TargetingFields.Isp)
        | If(Os, TargetingFields.Os)
        | If(Session, TargetingFields.Session)
        | (AskedTtl is null ? 0 : TargetingFields.Ttl);

    private static TargetingFields If(string value, TargetingFields field) => value.Length == 0 ? 0 : field;
}
