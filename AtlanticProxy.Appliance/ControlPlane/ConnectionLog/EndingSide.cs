using AtlanticProxy.Engine.Diagnostics;

namespace AtlanticProxy.ControlPlane.ConnectionLog;

/// <summary>Who can do something about an ending.</summary>
public enum EndingSide
{
    /// <summary>Nobody needs to.</summary>
    None,

    /// <summary>The client, or who pays for it.</summary>
    Client,

    /// <summary>The destination, or the way to it.</summary>
    Target,

    /// <summary>This appliance, and who runs it.</summary>
    Service,
}

/// <summary>Tells them.</summary>
public static class EndingSides
{
    public static EndingSide Of(ConnectionOutcome outcome) => outcome switch
    {
        ConnectionOutcome.Completed => EndingSide.None,

        ConnectionOutcome.ClientReset or ConnectionOutcome.IdleTimeout or ConnectionOutcome.TotalTimeout
            or ConnectionOutcome.LeaseExhausted or ConnectionOutcome.Suspended or ConnectionOutcome.BadRequest
            or ConnectionOutcome.UnknownTarget or ConnectionOutcome.UriTooLong or ConnectionOutcome.HeadersTooLarge
            or ConnectionOutcome.RequestTimeout or ConnectionOutcome.CredentialsMissing or ConnectionOutcome.CredentialsWrong
            or ConnectionOutcome.AccountSuspended or ConnectionOutcome.QuotaExhausted or ConnectionOutcome.BalanceExhausted
            or ConnectionOutcome.SubscriptionEnded or ConnectionOutcome.NotIncluded or ConnectionOutcome.TooManyConnections
            or ConnectionOutcome.RateLimited or ConnectionOutcome.DestinationForbidden => EndingSide.Client,

        ConnectionOutcome.UpstreamReset or ConnectionOutcome.NameNotResolved or ConnectionOutcome.UpstreamFailed
            or ConnectionOutcome.UpstreamTimeout => EndingSide.Target,

        ConnectionOutcome.Drained or ConnectionOutcome.CutByOperator or ConnectionOutcome.NoExit
            or ConnectionOutcome.UpstreamRejectedUs or ConnectionOutcome.Overloaded or ConnectionOutcome.QuotaUnknown
            or ConnectionOutcome.InternalError => EndingSide.Service,
    };

    /// <summary>Of a stored name; nobody's where this version of the product does not know it.</summary>
    public static EndingSide Of(string outcome) =>
        Enum.TryParse<ConnectionOutcome>(outcome, out var known) ? Of(known) : EndingSide.None;
}
