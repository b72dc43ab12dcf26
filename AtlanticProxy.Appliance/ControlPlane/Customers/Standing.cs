using LinqToDB;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>
/// Whether a customer or proxy user is served now, and if not, why: named as the endings of the connections that are refused.
/// One function of the database decides, for pages, the command line and nodes alike.
/// </summary>
public enum Standing
{
    Served,

    /// <summary>The traffic is used up, and the plan lets it go on at its floor speed.</summary>
    Slowed,

    /// <summary>The customer is suspended: by staff, or by its seller.</summary>
    Suspended,

    /// <summary>Its reseller is suspended, or the plan of that has ended: nodes refuse it as suspended.</summary>
    SellerStopped,

    /// <summary>The plan's last day is over.</summary>
    SubscriptionEnded,

    /// <summary>What the plan includes, or the proxy user's cap, is used up.</summary>
    QuotaExhausted,

    /// <summary>The wallet pays for nothing more.</summary>
    BalanceExhausted,

    /// <summary>The proxy user is switched off.</summary>
    Disabled,
}

/// <summary>
/// The database's functions in queries (<c>Functions/standing.sql</c>), by the database's clock, as leases go by it.
/// </summary>
internal static class StandingFunctions
{
    [Sql.Function("customer_standing", ServerSideOnly = true)]
    public static Standing OfCustomer(long customerId) => throw ForQueries();

    [Sql.Function("proxy_user_standing", ServerSideOnly = true)]
    public static Standing OfProxyUser(long proxyUserId) => throw ForQueries();

    private static NotSupportedException ForQueries() => new("This is for queries.");
}
