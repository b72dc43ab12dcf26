namespace AtlanticProxy.Engine.Usage.Leases;

/// <summary>
/// Targeting for which a plan by the hour may ask more than for a country. The database has the same numbers.
/// </summary>
[Flags]
public enum PricedTargeting
{
    None = 0,

    /// <summary>Or a postal code.</summary>
    City = 1 << 0,

    State = 1 << 1,

    /// <summary>Or a provider of the internet by its name.</summary>
    Asn = 1 << 2,
}
