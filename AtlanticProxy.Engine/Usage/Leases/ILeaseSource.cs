namespace AtlanticProxy.Engine.Usage.Leases;

/// <summary>
/// Where a node takes what its users may use: a part of an account's quota or balance that is then nobody else's. Safe from any
/// thread. It speaks to the database, so never on a loop.
/// </summary>
/// <remarks>
/// What was used of a lease is settled by the usage batches, which the same node books; only what was not used is given back. A
/// node that dies gives nothing back: its next run does, once what it counted is booked; or its leases end by themselves, after
/// longer than <see cref="LeaseGrant.ValidFor"/>.
/// </remarks>
public interface ILeaseSource
{
    /// <summary>
    /// Takes a part: less than was asked for, the smaller the rest; more, while much is left, so that a node without the database
    /// goes on for longer. When nothing is left, the state says why.
    /// </summary>
    /// <exception cref="Exception">The database does not answer. Nothing may have been taken, or a part that ends by itself: ask
    /// again.</exception>
    ValueTask<LeaseGrant> TakeAsync(LeaseRequest request, CancellationToken cancellation);

    /// <summary>Gives back what a lease has left, when its account is idle here or the node stops.</summary>
    /// <param name="unusedBytes">Taken and neither used nor given back; never more than was taken.</param>
    /// <param name="unusedMinutes">The same of an account that counts minutes; else 0.</param>
    ValueTask ReturnAsync(long accountId, long unusedBytes, int unusedMinutes, CancellationToken cancellation);
}

/// <param name="AccountId">As <see cref="Snapshot.ProxyUser.QuotaAccountId"/> says.</param>
/// <param name="ProxyUserId">Who wants it: one of those that share the account.</param>
/// <param name="WantedBytes">More than 0; both directions together.</param>
/// <param name="WantedMinutes">
/// 1: the present minute of the clock, which has an open tunnel, for an account that counts them; else ignored. A minute counts
/// once, however often and from however many nodes it is asked for, and is used by being granted.
/// </param>
/// <param name="Targeting">What the tunnels of that minute ask for, of what may cost more; also asked for once a minute.</param>
public readonly record struct LeaseRequest(
    long AccountId, long ProxyUserId, long WantedBytes, int WantedMinutes, PricedTargeting Targeting = PricedTargeting.None);

/// <param name="Bytes">More of them; <see cref="long.MaxValue"/> when the account does not count bytes, 0 unless <see
/// cref="LeaseState.Granted"/>.</param>
/// <param name="Minutes">More of them; <see cref="int.MaxValue"/> when the account does not count minutes, 0 unless <see
/// cref="LeaseState.Granted"/>.</param>
/// <param name="State">Whether there was anything left.</param>
/// <param name="ValidFor">
/// From the answer on, for all that this node holds of the account: take again before it ends, or use nothing after it. Of a
/// refusal: how long it is not worth asking again, unless the account is named in <see
/// cref="Snapshot.SnapshotDelta.RefilledAccounts"/>.
/// </param>
public readonly record struct LeaseGrant(long Bytes, int Minutes, LeaseState State, TimeSpan ValidFor);

public enum LeaseState
{
    Granted,

    /// <summary>The bytes of the period, or of the proxy user's own cap, are used or leased to others.</summary>
    QuotaExhausted,

    /// <summary>The wallet does not pay for any more.</summary>
    BalanceExhausted,

    /// <summary>What the customer bought is over.</summary>
    SubscriptionEnded,
}
