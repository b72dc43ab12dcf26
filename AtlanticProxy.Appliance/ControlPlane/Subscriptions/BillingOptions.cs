using AtlanticProxy.ControlPlane.Coupons;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>When billing does what: section <c>Billing</c> of the configuration.</summary>
public sealed class BillingOptions
{
    /// <summary>
    /// Days after a renewal fell due on which its payment is tried again. Stripe's smart retries spread four tries over a week,
    /// too.
    /// </summary>
    public int[] DunningDays { get; set; } = [1, 3, 5, 7];

    /// <summary>An order that nobody has paid for so long is over. 24 hours: as long as gateways keep a checkout open.</summary>
    public TimeSpan OrderLife { get; set; } = TimeSpan.FromHours(24);

    /// <summary>A suspended subscription that is not paid within it ends.</summary>
    public TimeSpan SuspensionLife { get; set; } = TimeSpan.FromDays(30);

    /// <summary>From the end of a subscription to its deposit's return: late use and disputes have come by then.</summary>
    public TimeSpan DepositReturn { get; set; } = TimeSpan.FromDays(5);

    /// <summary>So long before a renewal, or a trial's end, its customer is reminded.</summary>
    public TimeSpan Reminder { get; set; } = TimeSpan.FromDays(3);

    /// <summary>
    /// So long after a subscription ended its customer is asked back, once, unless there is another by then; 0: never. Two weeks:
    /// who still needs proxies has missed them.
    /// </summary>
    public TimeSpan WinBack { get; set; } = TimeSpan.FromDays(14);

    /// <summary>The code of a coupon that is offered with it; empty for none.</summary>
    public string WinBackCoupon { get; set; } = "";

    /// <summary>Of any 365 days, so many may be paused.</summary>
    public int PauseDays { get; set; } = 90;

    /// <summary>
    /// Renewals that are asked of gateways at a time. 8: a charge takes a gateway a second or so, 100 000 of them then four hours
    /// of a night, and no gateway's limit of requests is near.
    /// </summary>
    public int ChargesAtOnce { get; set; } = 8;

    /// <summary>Whether a dispute suspends at once; else it flags.</summary>
    public bool SuspendOnDispute { get; set; }

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (DunningDays.Length is 0 or > 10 || DunningDays.Any(day => day is < 1 or > 60)
            || !DunningDays.SequenceEqual(DunningDays.Distinct().Order()))
            yield return "Billing:DunningDays: give 1 to 10 days from 1 to 60, in order, each once.";
        foreach (var (name, value, most) in new[]
        {
            (nameof(OrderLife), OrderLife, 30), (nameof(SuspensionLife), SuspensionLife, 365),
            (nameof(DepositReturn), DepositReturn, 90), (nameof(Reminder), Reminder, 30),
            (nameof(WinBack), WinBack, 365),
        })
            if (value < TimeSpan.Zero || value > TimeSpan.FromDays(most))
                yield return $"Billing:{name}: {value} is not between 0 and {most} days (5.00:00:00 is 5 days).";
        if (PauseDays is < 0 or > 365)
            yield return $"Billing:PauseDays: {PauseDays} is not between 0 and 365.";
        if (WinBackCoupon.Length > 0 && !CouponCode.IsOne(CouponCode.Normalise(WinBackCoupon)))
            yield return $"Billing:WinBackCoupon: '{WinBackCoupon}' is not a code of a coupon.";
        if (ChargesAtOnce is < 1 or > 16)
            yield return $"Billing:ChargesAtOnce: {ChargesAtOnce} is not between 1 and 16.";
    }
}
