using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Coupons;

/// <summary>When and how often coupons may be used: one rule for those that are added and those that change.</summary>
public static class CouponRules
{
    /// <summary>Where a coupon ends whose last day this is (UTC, included).</summary>
    /// <param name="lastDay">Null, or the last day that there is: no end.</param>
    public static DateTimeOffset? EndOf(DateOnly? lastDay) => lastDay is { } last && last < DateOnly.MaxValue
        ? new DateTimeOffset(last.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero)
        : null;

    internal static void Require(
        Validation validation, DateTimeOffset from, DateTimeOffset? until, int? maxRedemptions, int maxPerCustomer)
    {
        const string limit = "A limit is 1 or more.";
        validation.Require(until is null || until > from, nameof(Coupon.ValidUntil), "coupon.end_invalid",
            "The end comes after the beginning.");
        validation.Require(maxRedemptions is null or > 0, nameof(Coupon.MaxRedemptions), "coupon.limit_invalid", limit);
        validation.Require(maxPerCustomer > 0, nameof(Coupon.MaxPerCustomer), "coupon.limit_invalid", limit);
    }
}
