using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Resale;

/// <summary>What holds for resellers and their customers, whoever changes something.</summary>
internal static class ResaleRules
{
    /// <summary>A customer of this level, and above it, may not resell: two levels deep.</summary>
    public const int LastLevel = 2;

    internal static readonly Error NotReseller = new(ErrorKind.Conflict, "reseller.not_one",
        "This account may not have customers of its own.");

    internal static readonly Error HasSellersPlan = new(ErrorKind.Conflict, "reseller.has_sellers_plan",
        "A reseller's customer has the plan of its reseller. Change that one.", nameof(AssignPlan.Request.PlanId));

    internal static readonly Error HasCustomers = new(ErrorKind.Conflict, "reseller.has_customers",
        "This account has customers of its own. Remove them first: their unused traffic comes back with that.");

    /// <summary>Only customers of the reseller in scope; staff see every reseller's. Every way to one by an id from outside goes
    /// through here.</summary>
    public static IQueryable<Customer> SoldBy(this IQueryable<Customer> customers, Scope scope) =>
        scope.CustomerId is { } seller ? customers.Where(c => c.SellerId == seller) : customers.Where(c => c.SellerId != null);

    /// <summary>
    /// Holds a reseller until the transaction ends: before its customers, or two transactions could wait for each other. False:
    /// it is none.
    /// </summary>
    public static async Task<bool> HoldSellerAsync(this AtlanticDb db, long sellerId, CancellationToken cancellation) =>
        await db.Customers.Where(row => row.Id == sellerId).LockedForUpdate().SingleOrDefaultAsync(cancellation)
            is { MayResell: true };

    /// <summary>The same of the reseller that a customer has, where it has one.</summary>
    public static async Task<bool> HoldSellerOfAsync(this AtlanticDb db, long customerId, CancellationToken cancellation) =>
        await db.Customers.Where(row => row.Id == customerId).Select(row => row.SellerId).SingleOrDefaultAsync(cancellation)
            is { } seller && await db.HoldSellerAsync(seller, cancellation);

    /// <summary>Minor units a GB that this reseller may not sell below: its own floor, or its seller's where that is higher.
    /// </summary>
    public static Task<long?> FloorOfAsync(this AtlanticDb db, long customerId, CancellationToken cancellation) =>
        db.ScalarAsync<long?>($"""
            select max(r.floor_price) from customers c join resellers r on r.customer_id in (c.id, c.seller_id)
            where c.id = {customerId}
            """, cancellation);

    /// <summary>
    /// In whose name a customer is served, and at which host name as soon as HTTPS is served there; null: in the operator's.
    /// </summary>
    public static async Task<ResellerBrand?> SellerBrandOfAsync(
        this AtlanticDb db, long customerId, CancellationToken cancellation) =>
        (await db.QueryAsync<ResellerBrand>($"""
            select s.id as customer_id, left(coalesce(r.brand_name, s.name), 100) as name, r.accent, null::bytea as logo,
                r.support_email, n.host_name
            from customers c join customers s on s.id = c.seller_id left join resellers r on r.customer_id = s.id
            left join served_host_names n on n.host_name = r.host_name
            where c.id = {customerId}
            """, cancellation)).SingleOrDefault();
}
