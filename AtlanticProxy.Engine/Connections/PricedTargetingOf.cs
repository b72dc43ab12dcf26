using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.Engine.Connections;

/// <summary>What of a request's targeting a plan by the hour may price.</summary>
internal static class PricedTargetingOf
{
    public static PricedTargeting Of(TargetingFields asked) =>
        ((asked & (TargetingFields.City | TargetingFields.Zip)) == 0 ? 0 : PricedTargeting.City)
        | ((asked & TargetingFields.State) == 0 ? 0 : PricedTargeting.State)
        | ((asked & (TargetingFields.Asn | TargetingFields.Isp)) == 0 ? 0 : PricedTargeting.Asn);
}
