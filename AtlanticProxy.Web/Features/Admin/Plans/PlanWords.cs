using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Admin.Plans;

internal static class PlanWords
{
    /// <summary>What a plan costs, and what for.</summary>
    public static string Of(PlanSummary plan) => plan.Kind switch
    {
        PlanKind.Subscription =>
            $"{new Money(plan.Price, plan.Currency)} {PeriodOf(plan.Limits)}, "
                + $"{(plan.IncludedBytes is { } bytes ? Format.BytesText(bytes) : "any traffic")}",
        PlanKind.PerGb => $"{new Money(plan.Price, plan.Currency)} a GB",
        PlanKind.Hourly => $"{new Money(plan.Price, plan.Currency)} an hour",
    };

    private static string PeriodOf(PlanLimits limits)
    {
        string unit = limits.PeriodUnit.ToString().ToLowerInvariant();
        return limits.PeriodLength == 1 ? $"a {unit}" : $"every {limits.PeriodLength} {unit}s";
    }
}
