using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Admin.Plans;

internal static class PlanWords
{
    /// <summary>What a plan costs, and what for.</summary>
    public static string Of(PlanSummary plan) => plan.Kind switch
    {
        PlanKind.Subscription => $"{Format.Count(plan.Price)} {plan.Currency} (minor units) a period, {(plan.IncludedBytes is { } bytes ? Format.BytesText(bytes) : "no bound")}",
        PlanKind.PerGb => $"{Format.Count(plan.Price)} {plan.Currency} (minor units) a GB",
        PlanKind.Hourly => $"{Format.Count(plan.Price)} {plan.Currency} (minor units) an hour",
    };
}
