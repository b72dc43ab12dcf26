namespace AtlanticProxy.Engine.Requests;

/// <summary>Kinds of targeting: what a request asks for, a plan includes, or a provider can express.</summary>
[Flags]
public enum TargetingFields
{
    None = 0,
    Country = 1 << 0,
    State = 1 << 1,
    City = 1 << 2,
    Zip = 1 << 3,
    Asn = 1 << 4,
    Isp = 1 << 5,
    Os = 1 << 6,
    Region = 1 << 7,

    /// <summary>Countries that the exit must not be in.</summary>
    Exclusion = 1 << 8,

    Session = 1 << 9,
    Ttl = 1 << 10,

    /// <summary>Everything that narrows where the exit is, or what it is.</summary>
    Places = Country | State | City | Zip | Asn | Isp | Os | Region | Exclusion,

    All = Places | Session | Ttl,
}
