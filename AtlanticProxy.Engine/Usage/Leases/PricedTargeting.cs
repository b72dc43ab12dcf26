using AtlanticProxy.Engine.Requests;

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

internal static class PricedTargetingOf
{
    public static PricedTargeting Of(TargetingFields asked) =>
        ((asked & (TargetingFields.City | TargetingFields.Zip)) == 0 ? 0 : PricedTargeting.City)
        | ((asked & TargetingFields.State) == 0 ? 0 : PricedTargeting.State)
        | ((asked & (TargetingFields.Asn | TargetingFields.Isp)) == 0 ? 0 : PricedTargeting.Asn);
}
