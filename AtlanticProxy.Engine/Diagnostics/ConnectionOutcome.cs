namespace AtlanticProxy.Engine.Diagnostics;

/// <summary>
/// How a connection or request ended. Every ending has exactly one name here; <see cref="Endings"/> says what each looks like
/// outside.
/// </summary>
public enum ConnectionOutcome
{
    // Served.
    Completed,
    ClientReset,
    UpstreamReset,
    IdleTimeout,

    // Served for a while, then cut by us.
    TotalTimeout,
    LeaseExhausted,
    Drained,
    Suspended,
    CutByOperator,

    // The request itself.
    BadRequest,
    UnknownTarget,
    UriTooLong,
    HeadersTooLarge,
    RequestTimeout,

    // Who asks.
    CredentialsMissing,
    CredentialsWrong,
    AccountSuspended,
    QuotaExhausted,
    BalanceExhausted,
    SubscriptionEnded,
    NotIncluded,
    TooManyConnections,
    RateLimited,

    // Where to.
    DestinationForbidden,
    NoExit,
    NameNotResolved,
    UpstreamFailed,
    UpstreamRejectedUs,
    UpstreamTimeout,

    // Us.
    Overloaded,
    QuotaUnknown,
    InternalError,
}
