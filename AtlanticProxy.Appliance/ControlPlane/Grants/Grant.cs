namespace AtlanticProxy.ControlPlane.Grants;

/// <summary>What a grant was given for.</summary>
public enum GrantOrigin
{
    /// <summary>A period of the plan.</summary>
    Period,

    /// <summary>What the period before had left, where the plan carries it over.</summary>
    CarryOver,

    /// <summary>Bought on top of a plan: outlives its period.</summary>
    TopUp,

    /// <summary>Bought for good.</summary>
    Lifetime,

    Trial,

    /// <summary>A present.</summary>
    Bonus,

    Coupon,

    /// <summary>Given by hand.</summary>
    Staff,

    /// <summary>Moved from the customer's own grants to one of its proxy users.</summary>
    Share,

    /// <summary>Moved from a seller's grants to its customer.</summary>
    Resale,
}

/// <summary>What was given to use, and what is left of it.</summary>
/// <param name="ProxyUser">Name of the one proxy user that may use it; null: all of the customer's.</param>
/// <param name="InMinutes">It counts minutes; else bytes.</param>
/// <param name="Used">Beyond <paramref name="Amount"/> at most by what a node lets through beyond a quota.</param>
/// <param name="ValidUntil">Null: for good.</param>
/// <param name="Reserved">Moved on, to proxy users and customers of the customer: no part of <paramref name="Amount"/>.</param>
/// <param name="IsGood">It can be used now, as far as something is left.</param>
public sealed record GrantSummary(
    long Id, string? ProxyUser, bool InMinutes, long Amount, long Used, GrantOrigin Origin, DateTimeOffset ValidFrom,
    DateTimeOffset? ValidUntil, bool IsGood, string Memo, long Reserved = 0)
{
    /// <summary>Never below zero.</summary>
    public long Left => Math.Max(Amount - Used, 0);
}

/// <summary>What a customer's next connection uses.</summary>
public enum NextSource
{
    /// <summary>No plan bounds it.</summary>
    Unbounded,

    Grant,

    /// <summary>The wallet pays, at the plan's price.</summary>
    Wallet,

    /// <summary>All is used up, and the plan goes on at its floor speed.</summary>
    Floor,

    /// <summary>It is refused: the standing says why.</summary>
    Nothing,
}

/// <summary>The one answer to: what is left, of what, until when, and is the next connection served?</summary>
/// <param name="InMinutes">Amounts are minutes; else bytes.</param>
/// <param name="Granted">Left of grants that are good now.</param>
/// <param name="ByWallet">What the wallet pays for behind them; 0 where the plan does not let it.</param>
/// <param name="Price">Minor units of <paramref name="Currency"/> a GB or an hour; null where the wallet does not pay.</param>
/// <param name="GoodUntil">End of the grant that is used next; null is for good, or that there is none.</param>
/// <param name="PeriodEnd">Null where the plan has no periods.</param>
public sealed record WhatNext(
    Customers.Standing Standing, NextSource Source, bool InMinutes, long Granted, long ByWallet, long? Price, string? Currency,
    DateTimeOffset? GoodUntil, DateTimeOffset? PeriodEnd);
