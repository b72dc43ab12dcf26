using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Diagnostics;

namespace AtlanticProxy.Web.Features.Connections;

/// <summary>
/// What an ending means, as phrases: in English the sentence that the engine tells clients, which a test holds them to.
/// </summary>
internal static class OutcomeReason
{
    /// <param name="told">What the client was told: the sentence, maybe with a detail after it.</param>
    public static Phrase Of(ConnectionOutcome outcome, string told) =>
        told.StartsWith(outcome.Sentence(), StringComparison.Ordinal)
            ? $"{Of(outcome)}{told[outcome.Sentence().Length..]}"
            : Phrase.Verbatim(told);

    public static Phrase Of(ConnectionOutcome outcome) => outcome switch
    {
        ConnectionOutcome.Completed => (Phrase)"Completed.",
        ConnectionOutcome.ClientReset => "The client went away.",
        ConnectionOutcome.UpstreamReset => "The upstream reset the connection.",
        ConnectionOutcome.IdleTimeout => "No byte passed for the idle timeout.",
        ConnectionOutcome.TotalTimeout => "It was open for as long as a tunnel or a request may be.",
        ConnectionOutcome.LeaseExhausted => "The quota, the balance or the plan ran out and the tunnel was cut.",
        ConnectionOutcome.Drained => "The node stopped for maintenance.",
        ConnectionOutcome.Suspended => "The account was suspended and the tunnel was cut.",
        ConnectionOutcome.CutByOperator => "The operator cut this connection.",

        ConnectionOutcome.BadRequest => "The request is malformed.",
        ConnectionOutcome.UnknownTarget =>
            "The username or password carries a targeting token that is unknown, malformed or not offered.",
        ConnectionOutcome.UriTooLong => "A line of the request head is longer than 8 KB.",
        ConnectionOutcome.HeadersTooLarge => "The request head is over 32 KB or 100 fields.",
        ConnectionOutcome.RequestTimeout => "The request did not arrive in time.",

        ConnectionOutcome.CredentialsMissing => "This proxy needs a username and password.",
        ConnectionOutcome.CredentialsWrong => "The username or password is wrong.",
        ConnectionOutcome.AccountSuspended => "This account is suspended: ask your provider.",
        ConnectionOutcome.QuotaExhausted => "The traffic quota is used up: buy more, or wait for the next period.",
        ConnectionOutcome.BalanceExhausted => "The balance is used up: top it up.",
        ConnectionOutcome.SubscriptionEnded => "The plan has ended: renew it.",
        ConnectionOutcome.NotIncluded =>
            "The plan does not include this targeting: leave it out, or take the plan that is named.",
        ConnectionOutcome.TooManyConnections => "Too many connections at a time: close some, or ask for a higher limit.",
        ConnectionOutcome.RateLimited => "Too many requests: slow down.",

        ConnectionOutcome.DestinationForbidden => "This destination may not be reached through this proxy.",
        ConnectionOutcome.NoExit => "No exit matches the targeting, or all of them are down.",
        ConnectionOutcome.NameNotResolved => "The destination's name does not resolve.",
        ConnectionOutcome.UpstreamFailed =>
            "The upstream or the destination could not be reached, broke off, or gave an answer that is none.",
        ConnectionOutcome.UpstreamRejectedUs => "The upstream does not accept this proxy's own credentials.",
        ConnectionOutcome.UpstreamTimeout => "The upstream or the destination did not answer in time.",

        ConnectionOutcome.Overloaded => "This node is at its limit of connections: try again shortly.",
        ConnectionOutcome.QuotaUnknown => "What is left of the quota cannot be looked up right now: try again shortly.",
        ConnectionOutcome.InternalError => "This proxy failed; the fault was logged.",
    };
}
