using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Shell;

/// <summary>How it is said whether a customer or proxy user is served.</summary>
internal static class StandingText
{
    /// <summary>A word or two, and a class of <c>badge-state</c>.</summary>
    public static (Phrase Words, string? Mood) Of(Standing standing) => standing switch
    {
        Standing.Served => ((Phrase)"Active", "good"),
        Standing.Slowed => ("Slowed down", "warn"),
        Standing.Suspended => ("Suspended", "bad"),
        Standing.SellerStopped => ("Seller stopped", "bad"),
        Standing.SubscriptionEnded => ("Plan ended", "bad"),
        Standing.QuotaExhausted => ("Used up", "bad"),
        Standing.BalanceExhausted => ("No credit", "bad"),
        Standing.Disabled => ("Disabled", null),
    };

    /// <summary>What that means for connections, as the continuation of a label.</summary>
    public static Phrase Meaning(Standing standing) => standing switch
    {
        Standing.Served => (Phrase)"proxy users are served",
        Standing.Slowed => "the traffic is used up: slow until it begins anew",
        Standing.Suspended => "all proxy users are refused",
        Standing.SellerStopped => "refused: the reseller's own account is not served",
        Standing.SubscriptionEnded => "refused: the plan has ended",
        Standing.QuotaExhausted => "refused: the traffic is used up",
        Standing.BalanceExhausted => "refused: the wallet pays for nothing more",
        Standing.Disabled => "refused: switched off",
    };
}
