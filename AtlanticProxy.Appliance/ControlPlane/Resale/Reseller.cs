using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Resale;

/// <summary>What a customer sells by who may resell, and what its customers see.</summary>
[Table("resellers")]
internal sealed class Reseller
{
    [PrimaryKey]
    public required long CustomerId { get; set; }

    /// <summary>Minor units a GB that it may not sell below; null: any price.</summary>
    public long? FloorPrice { get; set; }

    /// <summary>ISO 4217, of the floor and of its prices.</summary>
    public required string Currency { get; set; }

    /// <summary>Null: the customer's name.</summary>
    public string? BrandName { get; set; }

    /// <summary><c>#rrggbb</c>; null: the product's own.</summary>
    public string? Accent { get; set; }

    /// <summary>PNG or JPEG.</summary>
    public byte[]? Logo { get; set; }

    public string? SupportEmail { get; set; }

    /// <summary>Lower case; unique. Null: its customers use the operator's.</summary>
    public string? HostName { get; set; }

    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>A line of a reseller's price list.</summary>
[Table("resale_prices")]
internal sealed class ResalePrice
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    /// <summary>The reseller.</summary>
    public required long CustomerId { get; set; }

    public required long Bytes { get; set; }

    /// <summary>Minor units of the reseller's currency, for all of these bytes.</summary>
    public required long Price { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }
}

/// <summary>The name and look that a reseller's customers see.</summary>
/// <param name="Name">Never empty.</param>
/// <param name="Accent"><c>#rrggbb</c>; null: the product's own.</param>
/// <param name="Logo">PNG or JPEG; null: the product's mark.</param>
/// <param name="HostName">Null: the operator's.</param>
public sealed record ResellerBrand(
    long CustomerId, string Name, string? Accent, byte[]? Logo, string? SupportEmail, string? HostName);

/// <summary>A line of a price list.</summary>
/// <param name="Price">Minor units, for all of these bytes.</param>
/// <param name="IsUnderFloor">The floor has risen since: customers are not shown it.</param>
public sealed record ResaleOffer(long Id, long Bytes, long Price, string Currency, bool IsUnderFloor = false);

/// <summary>What a reseller's customer can ask for, and whom.</summary>
public sealed record SellerOffer(string Name, string? SupportEmail, IReadOnlyList<ResaleOffer> Prices);

/// <summary>A reseller's figures and terms.</summary>
/// <param name="FloorPrice">Minor units a GB, its own seller's counted; null: any price.</param>
/// <param name="Stock">Bytes of its grants that are free to sell or use: what nodes hold is not.</param>
/// <param name="Reserved">Bytes that are with its customers and not used: those that its customers sold on included.</param>
/// <param name="Sold">Bytes that its customers were given so far, less what came back.</param>
/// <param name="IsBounded">Whether it has traffic that is counted in bytes: without, there is nothing to sell.</param>
public sealed record ResellerSummary(
    long CustomerId, bool MayResell, int Level, long? FloorPrice, string Currency, long Stock, long Reserved, long Sold,
    int Customers, bool IsBounded)
{
    /// <summary>Its customers may be resellers too.</summary>
    public bool MayHaveResellers => Level == 0;
}

/// <summary>A reseller's customer.</summary>
/// <param name="Granted">Bytes of grants that are good now, less what it sold on.</param>
/// <param name="Used">Of these.</param>
/// <param name="EndsAt">When the first of them that has something left ends; null: never, or there is none.</param>
/// <param name="HeldBySeller">Suspended by the reseller.</param>
/// <param name="HasLogin">Somebody has chosen a password.</param>
public sealed record SoldCustomer(
    long Id, long SellerId, string Email, string Name, Customers.Standing Standing, bool HeldBySeller, bool MayResell,
    long Granted, long Used, DateTimeOffset? EndsAt, bool HasLogin, DateTimeOffset CreatedAt)
{
    /// <summary>Bytes; never below zero.</summary>
    public long Left => Math.Max(Granted - Used, 0);
}
