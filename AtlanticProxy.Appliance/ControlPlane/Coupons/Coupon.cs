using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Coupons;

/// <summary>What a coupon gives.</summary>
public enum CouponKind
{
    /// <summary>A part of the price; in hundredths of a percent.</summary>
    Percent,

    /// <summary>That much off, in minor units of its currency.</summary>
    Amount,

    /// <summary>Bytes on top of what is bought.</summary>
    Traffic,
}

[Table("coupons")]
internal sealed class Coupon
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    /// <summary>Upper case.</summary>
    public required string Code { get; set; }

    public CouponKind Kind { get; set; }

    /// <summary>Hundredths of a percent, minor units, or bytes.</summary>
    public long Value { get; set; }

    /// <summary>Of amounts only.</summary>
    public string? Currency { get; set; }

    public DateTimeOffset ValidFrom { get; set; }

    /// <summary>Null: no end.</summary>
    public DateTimeOffset? ValidUntil { get; set; }

    /// <summary>By all customers together; null: any number.</summary>
    public int? MaxRedemptions { get; set; }

    public int MaxPerCustomer { get; set; }
    public bool FirstPurchaseOnly { get; set; }
    public bool Enabled { get; set; }

    /// <summary>Reserved and used, of all customers.</summary>
    public int Taken { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

public enum RedemptionState
{
    /// <summary>A checkout is under way.</summary>
    Reserved,

    /// <summary>It was paid.</summary>
    Used,

    /// <summary>It was not.</summary>
    GivenBack,
}

[Table("coupon_redemptions")]
internal sealed class CouponRedemption
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    /// <summary>Of the checkout, unique.</summary>
    public required string Key { get; set; }

    public long CouponId { get; set; }
    public long CustomerId { get; set; }
    public RedemptionState State { get; set; }

    /// <summary>What it took off, in minor units.</summary>
    public long Discount { get; set; }

    public required string Currency { get; set; }
    public DateTimeOffset ReservedAt { get; set; }
}

/// <summary>A coupon, as lists show it.</summary>
/// <param name="Value">Hundredths of a percent, minor units, or bytes.</param>
/// <param name="Used">How often it was paid with.</param>
/// <param name="Reserved">How many checkouts hold it now.</param>
public sealed record CouponSummary(
    long Id, string Code, CouponKind Kind, long Value, string? Currency, DateTimeOffset ValidFrom, DateTimeOffset? ValidUntil,
    int? MaxRedemptions, int MaxPerCustomer, bool FirstPurchaseOnly, bool Enabled, int Used, int Reserved);

/// <summary>What a checkout gets by a coupon.</summary>
/// <param name="Discount">Minor units off the price.</param>
/// <param name="Bytes">On top of what is bought.</param>
public sealed record CouponGrant(long RedemptionId, long Discount, long Bytes);
