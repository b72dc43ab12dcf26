using System.Globalization;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>What the lines of a paper say, in its language. What is written on it once stays.</summary>
internal sealed record InvoiceLineWords(
    string PeriodPattern, string SeatsPattern, string SeatsUntilPattern, string Hours, string Gigabytes, string UsedHours,
    string UsedGigabytes, string CouponPattern)
{
    private static readonly InvoiceLineWords English = new(
        "{0}, {1} to {2}", "{0}: more proxy users", "{0}: {1} more proxy users to {2}", "{0}: {1} hours", "{0}: {1} GB",
        "{0}: {1} hours at {2} an hour, {3}", "{0}: {1} GB at {2} a GB, {3}", "Coupon {0}");

    private static readonly InvoiceLineWords French = new(
        "{0}, du {1} au {2}", "{0} : utilisateurs proxy supplémentaires",
        "{0} : {1} utilisateurs proxy supplémentaires jusqu'au {2}", "{0} : {1} heures", "{0} : {1} Go",
        "{0} : {1} heures à {2} l'heure, {3}", "{0} : {1} Go à {2} le Go, {3}", "Code promo {0}");

    /// <param name="language"><c>en</c> or <c>fr</c>.</param>
    public static InvoiceLineWords In(string language) => language == "fr" ? French : English;

    /// <summary><c>Personal, 2026-11-30 to 2026-12-30</c>; the plan alone before it has a period.</summary>
    public string Period(string plan, DateTimeOffset? from, DateTimeOffset? until) =>
        from is { } start && until is { } end ? Say(PeriodPattern, plan, Day(start), Day(end)) : plan;

    public string Seats(string plan) => Say(SeatsPattern, plan);

    public string SeatsUntil(string plan, long seats, DateTimeOffset until) => Say(SeatsUntilPattern, plan, seats, Day(until));

    /// <summary><c>Pay as you go: 10 GB</c></summary>
    public string Package(string plan, long amount, PlanKind kind) => Say(
        kind == PlanKind.Hourly ? Hours : Gigabytes, plan, Figures.Text(amount / PricedAmount.UnitOf(kind)));

    /// <summary><c>Pay as you go: 12.346 GB at 1.00 USD a GB, 2026-11</c></summary>
    /// <param name="used">Hours or GB.</param>
    public string Used(string plan, UsageMeasure measure, decimal used, Money price, DateOnly month) => Say(
        measure == UsageMeasure.Minutes ? UsedHours : UsedGigabytes, plan, Figures.Text(used), price,
        month.ToString("yyyy-MM", CultureInfo.InvariantCulture));

    public string Coupon(string code) => Say(CouponPattern, code);

    private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Say(string pattern, params ReadOnlySpan<object> values) =>
        string.Format(CultureInfo.InvariantCulture, pattern, values);
}
