using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Coupons;

/// <summary>
/// Takes coupons for checkouts: reserved when it begins, used when it is paid, given back when it is not. Each step is within a
/// transaction that the caller has begun.
/// </summary>
public sealed class CouponBook(AtlanticDb db, TimeProvider time)
{
    private static readonly Error Unknown = new(ErrorKind.Invalid, "coupon.unknown", "There is no such coupon.", "Code");

    /// <summary>Reserves a coupon for one checkout. The same key again answers what it has.</summary>
    /// <param name="code">As the customer typed it.</param>
    /// <param name="price">Of what is bought, before the discount.</param>
    /// <param name="key">Of the checkout.</param>
    public async Task<Result<CouponGrant>> ReserveAsync(
        string code, long customerId, Money price, string key, CancellationToken cancellation)
    {
        RequireTransaction();
        string normal = CouponCode.Normalise(code);
        // Locked: whoever wants the last one waits, and then finds it taken.
        var coupon = await db.Coupons.Where(row => row.Code == normal).LockedForUpdate().SingleOrDefaultAsync(cancellation);
        if (coupon is null)
            return Unknown;
        if (await db.CouponRedemptions.SingleOrDefaultAsync(row => row.Key == key, cancellation) is { } present)
            return present.CouponId == coupon.Id && present.CustomerId == customerId && present.State != RedemptionState.GivenBack
                ? GrantOf(coupon, present)
                : Refusal("coupon.key_reused", "This checkout had another coupon, or gave it back: begin a new one.");
        if (await RefusalOfAsync(coupon, customerId, price, cancellation) is { } refusal)
            return refusal;

        var redemption = new CouponRedemption
        {
            Key = key, CouponId = coupon.Id, CustomerId = customerId, State = RedemptionState.Reserved, Currency = price.Currency,
            Discount = DiscountOf(coupon, price), ReservedAt = time.GetUtcNow(),
        };
        redemption.Id = await db.InsertWithInt64IdentityAsync(redemption, token: cancellation);
        await db.Coupons.Where(row => row.Id == coupon.Id).Set(row => row.Taken, row => row.Taken + 1).UpdateAsync(cancellation);
        return GrantOf(coupon, redemption);
    }

    /// <summary>The checkout was paid. The value is whether that is new.</summary>
    public async Task<bool> UseAsync(long redemptionId, CancellationToken cancellation)
    {
        RequireTransaction();
        return await db.CouponRedemptions.Where(row => row.Id == redemptionId && row.State == RedemptionState.Reserved)
            .Set(row => row.State, RedemptionState.Used).UpdateAsync(cancellation) > 0;
    }

    /// <summary>The checkout was not paid, or all of it was refunded. The value is whether that is new.</summary>
    public async Task<bool> GiveBackAsync(long redemptionId, CancellationToken cancellation)
    {
        RequireTransaction();
        return await db.ScalarAsync<long>($"""
            with back as (
                update coupon_redemptions set state = 'given_back' where id = {redemptionId} and state <> 'given_back'
                returning coupon_id)
            update coupons set taken = taken - 1 where id = (select coupon_id from back) returning id
            """, cancellation) > 0;
    }

    private async Task<Error?> RefusalOfAsync(Coupon coupon, long customerId, Money price, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (!coupon.Enabled || coupon.ValidFrom > now || coupon.ValidUntil <= now)
            return Refusal("coupon.not_valid", "This coupon is not valid now.");
        if (coupon.Currency is { } currency && currency != price.Currency)
            return Refusal("coupon.other_currency", $"This coupon is for prices in {currency}.");
        if (coupon.Taken >= coupon.MaxRedemptions)
            return Refusal("coupon.used_up", "This coupon is used up.");
        int own = await db.CouponRedemptions.CountAsync(row => row.CouponId == coupon.Id && row.CustomerId == customerId
            && row.State != RedemptionState.GivenBack, cancellation);
        if (own >= coupon.MaxPerCustomer)
            return Refusal("coupon.used_by_customer", "You have used this coupon already.");
        bool bought = coupon.FirstPurchaseOnly && await db.Invoices.AnyAsync(row => row.CustomerId == customerId
            && row.Kind == InvoiceKind.Invoice && row.State == InvoiceState.Paid && row.Total > 0, cancellation);
        return bought ? Refusal("coupon.not_first", "This coupon is for a first purchase.") : null;
    }

    /// <summary>Rounded half up, and never more than the price.</summary>
    private static long DiscountOf(Coupon coupon, Money price) => coupon.Kind switch
    {
        CouponKind.Percent => (long)Math.Round((decimal)price.MinorUnits * coupon.Value / (100 * TaxRate.BasisPointsPerPercent),
            MidpointRounding.AwayFromZero),
        CouponKind.Amount => Math.Min(coupon.Value, price.MinorUnits),
        CouponKind.Traffic => 0,
    };

    private static CouponGrant GrantOf(Coupon coupon, CouponRedemption redemption) =>
        new(redemption.Id, redemption.Discount, coupon.Kind == CouponKind.Traffic ? coupon.Value : 0);

    private static Error Refusal(string code, Phrase message) => new(ErrorKind.Conflict, code, message, "Code");

    private void RequireTransaction()
    {
        if (db.Transaction is null)
            throw new InvalidOperationException("Begin a transaction first: a coupon belongs to its checkout.");
    }
}
