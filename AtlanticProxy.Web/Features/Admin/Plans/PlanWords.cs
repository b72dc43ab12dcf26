using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Admin.Plans;

internal static class PlanWords
{
    /// <summary>What a plan costs, and what for.</summary>
    public static Phrase Of(PlanSummary plan) => plan.Kind switch
    {
        PlanKind.Subscription =>
            $"{new Money(plan.Price, plan.Currency)} {new PlanPeriod(plan.Limits.PeriodLength, plan.Limits.PeriodUnit).Every}, "
                + $"{(plan.IncludedBytes is { } bytes ? Phrase.Verbatim(Format.BytesText(bytes)) : "any traffic")}",
        PlanKind.PerGb => (Phrase)$"{new Money(plan.Price, plan.Currency)} a GB",
        PlanKind.Hourly => $"{new Money(plan.Price, plan.Currency)} an hour",
    };
}
