using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Diagnostics;

/// <summary>What one <see cref="ConnectionOutcome"/> looks like to the client, the log and the metrics.</summary>
/// <param name="HttpStatus">Status code of the refusal; 0 when the outcome is never a refusal.</param>
/// <param name="Reason">Reason phrase.</param>
/// <param name="SocksReply">REP of RFC 1928 section 6.</param>
/// <param name="ProxyStatusError">One of <see cref="ProxyErrors"/>, where the refusal itself does not know better.</param>
/// <param name="Sentence">For the body of the refusal: what was wrong and what to do.</param>
/// <param name="Level">At what level one such ending is logged: what clients can cause at will is for debugging only, so that
/// nobody can fill the disk.</param>
internal sealed record Ending(
    int HttpStatus, string Reason, byte SocksReply, string ProxyStatusError, string Sentence, LogLevel Level);

/// <summary>The one table of endings; docs/reference.md has it for clients.</summary>
internal static class Endings
{
    /// <summary>RFC 1928 section 6.</summary>
    public const byte SocksSucceeded = 0, SocksGeneralFailure = 1, SocksNotAllowed = 2, SocksNetworkUnreachable = 3,
        SocksHostUnreachable = 4,
        SocksConnectionRefused = 5, SocksCommandNotSupported = 7, SocksAddressTypeNotSupported = 8;

    private static readonly Ending[] Table = Build();

    public static Ending Of(ConnectionOutcome outcome) => Table[(int)outcome];

    private static Ending[] Build()
    {
        var outcomes = Enum.GetValues<ConnectionOutcome>();
        var table = new Ending[outcomes.Length];
        foreach (var outcome in outcomes)
            table[(int)outcome] = Describe(outcome);
        return table;
    }

    private static Ending Describe(ConnectionOutcome outcome) => outcome switch
    {
        ConnectionOutcome.Completed => Quiet("Completed."),
        ConnectionOutcome.ClientReset => Quiet("The client went away."),
        ConnectionOutcome.UpstreamReset => Quiet("The upstream reset the connection."),
        ConnectionOutcome.IdleTimeout => Quiet("No byte passed for the idle timeout."),
        ConnectionOutcome.TotalTimeout => Quiet("It was open for as long as a tunnel or a request may be."),
        ConnectionOutcome.LeaseExhausted => Quiet("The quota, the balance or the plan ran out and the tunnel was cut."),
        ConnectionOutcome.Drained => Quiet("The node stopped for maintenance."),
        ConnectionOutcome.Suspended => Quiet("The account was suspended and the tunnel was cut."),
        ConnectionOutcome.CutByOperator => Quiet("The operator cut this connection."),

        ConnectionOutcome.BadRequest => new(400, "Bad Request", SocksGeneralFailure, ProxyErrors.HttpRequestError,
            "The request is malformed.", LogLevel.Debug),
        ConnectionOutcome.UnknownTarget => new(400, "Bad Request", SocksGeneralFailure, ProxyErrors.HttpRequestError,
            "The username or password carries a targeting token that is unknown, malformed or not offered.", LogLevel.Debug),
        ConnectionOutcome.UriTooLong => new(414, "URI Too Long", SocksGeneralFailure, ProxyErrors.HttpRequestError,
            "A line of the request head is longer than 8 KB.", LogLevel.Debug),
        ConnectionOutcome.HeadersTooLarge =>
            new(431, "Request Header Fields Too Large", SocksGeneralFailure, ProxyErrors.HttpRequestError,
            "The request head is over 32 KB or 100 fields.", LogLevel.Debug),
        ConnectionOutcome.RequestTimeout => new(408, "Request Timeout", SocksGeneralFailure, ProxyErrors.HttpRequestError,
            "The request did not arrive in time.", LogLevel.Debug),

        ConnectionOutcome.CredentialsMissing =>
            new(407, "Proxy Authentication Required", SocksNotAllowed, ProxyErrors.HttpRequestDenied,
            "This proxy needs a username and password.", LogLevel.Debug),
        ConnectionOutcome.CredentialsWrong =>
            new(407, "Proxy Authentication Required", SocksNotAllowed, ProxyErrors.HttpRequestDenied,
            "The username or password is wrong.", LogLevel.Debug),
        ConnectionOutcome.AccountSuspended => new(403, "Forbidden", SocksNotAllowed, ProxyErrors.HttpRequestDenied,
            "This account is suspended: ask your provider.", LogLevel.Debug),
        ConnectionOutcome.QuotaExhausted => new(402, "Payment Required", SocksNotAllowed, ProxyErrors.HttpRequestDenied,
            "The traffic quota is used up: buy more, or wait for the next period.", LogLevel.Debug),
        ConnectionOutcome.BalanceExhausted => new(402, "Payment Required", SocksNotAllowed, ProxyErrors.HttpRequestDenied,
            "The balance is used up: top it up.", LogLevel.Debug),
        ConnectionOutcome.SubscriptionEnded => new(402, "Payment Required", SocksNotAllowed, ProxyErrors.HttpRequestDenied,
            "The plan has ended: renew it.", LogLevel.Debug),
        ConnectionOutcome.NotIncluded => new(402, "Payment Required", SocksNotAllowed, ProxyErrors.HttpRequestDenied,
            "The plan does not include this targeting: leave it out, or take the plan that is named.", LogLevel.Debug),
        ConnectionOutcome.TooManyConnections => new(429, "Too Many Requests", SocksNotAllowed, ProxyErrors.ConnectionLimitReached,
            "Too many connections at a time: close some, or ask for a higher limit.", LogLevel.Debug),
        ConnectionOutcome.RateLimited => new(429, "Too Many Requests", SocksNotAllowed, ProxyErrors.ConnectionLimitReached,
            "Too many requests: slow down.", LogLevel.Debug),

        ConnectionOutcome.DestinationForbidden => new(403, "Forbidden", SocksNotAllowed, ProxyErrors.DestinationIpProhibited,
            "This destination may not be reached through this proxy.", LogLevel.Debug),
        ConnectionOutcome.NoExit => new(503, "Service Unavailable", SocksNetworkUnreachable, ProxyErrors.DestinationUnavailable,
            "No exit matches the targeting, or all of them are down.", LogLevel.Information),
        ConnectionOutcome.NameNotResolved => new(502, "Bad Gateway", SocksHostUnreachable, ProxyErrors.DnsError,
            "The destination's name does not resolve.", LogLevel.Debug),
        ConnectionOutcome.UpstreamFailed => new(502, "Bad Gateway", SocksConnectionRefused, ProxyErrors.ConnectionTerminated,
            "The upstream or the destination could not be reached, broke off, or gave an answer that is none.", LogLevel.Debug),
        ConnectionOutcome.UpstreamRejectedUs =>
            new(502, "Bad Gateway", SocksConnectionRefused, ProxyErrors.ProxyConfigurationError,
            "The upstream does not accept this proxy's own credentials.", LogLevel.Debug),
        ConnectionOutcome.UpstreamTimeout => new(504, "Gateway Timeout", SocksHostUnreachable, ProxyErrors.ConnectionTimeout,
            "The upstream or the destination did not answer in time.", LogLevel.Debug),

        ConnectionOutcome.Overloaded => new(503, "Service Unavailable", SocksGeneralFailure, ProxyErrors.ConnectionLimitReached,
            "This node is at its limit of connections: try again shortly.", LogLevel.Debug),
        ConnectionOutcome.QuotaUnknown => new(503, "Service Unavailable", SocksGeneralFailure, ProxyErrors.ProxyInternalError,
            "What is left of the quota cannot be looked up right now: try again shortly.", LogLevel.Debug),
        ConnectionOutcome.InternalError => new(500, "Internal Server Error", SocksGeneralFailure, ProxyErrors.ProxyInternalError,
            "This proxy failed; the fault was logged.", LogLevel.Error),
    };

    private static Ending Quiet(string sentence) => new(0, "", SocksGeneralFailure, "", sentence, LogLevel.Debug);
}
