using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

internal sealed class CouponSection(CouponQueries coupons, CreateCoupon create, ChangeCoupon change, SetCouponState setState)
{
    public async Task<Result> ApplyAsync(DesiredCoupon desired, List<string> changes, CancellationToken cancel)
    {
        var worth = desired.ReadWorth();
        if (!worth.IsSuccess)
            return worth;
        var first = DesiredCoupon.ReadDay(desired.FirstDay, nameof(desired.FirstDay));
        if (!first.IsSuccess)
            return first;
        var last = DesiredCoupon.ReadDay(desired.LastDay, nameof(desired.LastDay));
        if (!last.IsSuccess)
            return last;
        DateTimeOffset? from = first.Value is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : null;
        var until = CouponRules.EndOf(last.Value);

        var present = await coupons.FindByCodeAsync(desired.Code, cancel);
        if (!present.IsSuccess)
        {
            var added = await create.ExecuteAsync(
                new(desired.Code, worth.Value.Kind, worth.Value.Value, worth.Value.Currency, from, until, desired.Uses,
                    desired.UsesEach, desired.FirstPurchase), cancel);
            if (!added.IsSuccess)
                return added.In(NamesOf(worth.Value));
            present = await coupons.FindByCodeAsync(desired.Code, cancel);
            changes.Add($"coupon {present.Value.Code}: added");
        }
        else if ((present.Value.Kind, present.Value.Value, present.Value.Currency)
            != (worth.Value.Kind, worth.Value.Value, worth.Value.Currency))
            return new Error(ErrorKind.Conflict, "coupon.worth_fixed",
                "What a coupon gives does not change: add one with another code and set this one's enabled to false.",
                worth.Value.Field);
        else
        {
            var changed = await change.ExecuteAsync(
                new(present.Value.Id, from ?? present.Value.ValidFrom, until, desired.Uses, desired.UsesEach,
                    desired.FirstPurchase), cancel);
            if (!changed.IsSuccess)
                return changed.In(NamesOf(worth.Value));
            if (changed.Value)
                changes.Add($"coupon {present.Value.Code}: changed");
        }
        var set = await setState.ExecuteAsync(new(present.Value.Id, desired.Enabled), cancel);
        if (set is { IsSuccess: true, Value: true })
            changes.Add($"coupon {present.Value.Code}: {(desired.Enabled ? "enabled" : "disabled")}");
        return set;
    }

    /// <inheritdoc cref="ProviderSection.Names"/>
    private static Dictionary<string, string> NamesOf(CouponWorth worth) => new()
    {
        [nameof(CreateCoupon.Request.Value)] = worth.Field, [nameof(CreateCoupon.Request.ValidUntil)] = "lastDay",
        [nameof(CreateCoupon.Request.MaxRedemptions)] = "uses", [nameof(CreateCoupon.Request.MaxPerCustomer)] = "usesEach",
    };
}
