using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Web.Languages;

namespace AtlanticProxy.Web.Features.Connections;

/// <summary>How an ending is shown: a few words, what to think of it, and what to do.</summary>
/// <param name="Mood">A class of <c>badge-state</c>.</param>
/// <param name="Reason">What it means, in a sentence.</param>
/// <param name="Advice">What to do about it; null when the reason says it, or there is nothing to do.</param>
internal sealed record OutcomeText(Phrase Words, string Mood, Phrase Reason, Phrase? Advice)
{
    /// <summary>What it means and what to do.</summary>
    public Phrase Hint => Advice is null ? Reason : $"{Reason} {Advice}";

    /// <param name="name">Of the outcome, as it is stored; of a later version, it is all there is to say.</param>
    public static OutcomeText Of(string name) => Enum.TryParse<ConnectionOutcome>(name, out var outcome)
        ? Of(outcome, OutcomeReason.Of(outcome))
        : new OutcomeText(Phrase.Verbatim(name), "", Phrase.Verbatim(""), null);

    public static OutcomeText Of(ConnectionOutcome outcome, Phrase reason)
    {
        var (words, mood, advice) = Describe(outcome);
        return new OutcomeText(words, mood, reason, advice);
    }

    /// <summary>Whose it is to mend, in words.</summary>
    public static Phrase SideOf(EndingSide side) => side switch
    {
        EndingSide.None => (Phrase)"Nobody’s: all went well",
        EndingSide.Client => "Yours",
        EndingSide.Target => "The target’s, or the exit’s on the way to it",
        EndingSide.Service => "Ours",
    };

    /// <summary>How long it took: <c>87 ms</c>, <c>3.2 s</c>, <c>4 min 10 s</c>, <c>2 h 5 min</c>.</summary>
    public static string Duration(long milliseconds)
    {
        var time = TimeSpan.FromMilliseconds(milliseconds);
        return time switch
        {
            { TotalSeconds: < 1 } => $"{milliseconds} ms",
            { TotalMinutes: < 1 } =>
            string.Create(Language.Current.Culture,
                $"{Math.Truncate(time.TotalSeconds * 10) / 10:0.#} s"),
            { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds} s",
            _ => $"{(long)time.TotalHours} h {time.Minutes} min",
        };
    }

    // The reason comes before; where it says itself what to do, there is no advice.
    private static (Phrase Words, string Mood, Phrase? Advice) Describe(ConnectionOutcome outcome) => outcome switch
    {
        ConnectionOutcome.Completed => ((Phrase)"Completed", "good", null),
        ConnectionOutcome.ClientReset => ("Client left", "", null),
        ConnectionOutcome.UpstreamReset =>
        ("Destination broke off", "warn", "Try again: without a session you get another exit."),
        ConnectionOutcome.IdleTimeout => ("Idle too long", "", "Reconnect, or have the client send something now and then."),
        ConnectionOutcome.TotalTimeout => ("Open too long", "", "Reconnect."),
        ConnectionOutcome.LeaseExhausted => ("Cut: used up", "bad", "Buy more, or wait for the next period."),
        ConnectionOutcome.Drained => ("Maintenance", "", "Reconnect."),
        ConnectionOutcome.Suspended => ("Cut: suspended", "bad", "Ask your provider."),
        ConnectionOutcome.CutByOperator => ("Cut by the operator", "bad", "Reconnect. If it happens again, ask your provider."),

        ConnectionOutcome.BadRequest => ("Malformed request", "bad", "Check that the client is set to an HTTP or SOCKS5 proxy."),
        ConnectionOutcome.UnknownTarget => ("Unknown targeting", "bad", "Correct the one that is named."),
        ConnectionOutcome.UriTooLong => ("Address too long", "bad", null),
        ConnectionOutcome.HeadersTooLarge => ("Headers too large", "bad", null),
        ConnectionOutcome.RequestTimeout => ("Request too slow", "bad", null),

        ConnectionOutcome.CredentialsMissing => ("No credentials", "bad", "Give the tool the username and the proxy password."),
        ConnectionOutcome.CredentialsWrong => ("Wrong proxy password", "bad", "Copy it again, or make a new one."),
        ConnectionOutcome.AccountSuspended => ("Suspended", "bad", null),
        ConnectionOutcome.QuotaExhausted => ("Quota used up", "bad", null),
        ConnectionOutcome.BalanceExhausted => ("Balance used up", "bad", null),
        ConnectionOutcome.SubscriptionEnded => ("Plan ended", "bad", null),
        ConnectionOutcome.NotIncluded => ("Not in the plan", "bad", null),
        ConnectionOutcome.TooManyConnections => ("Too many connections", "bad", null),
        ConnectionOutcome.RateLimited => ("Too fast", "bad", null),

        ConnectionOutcome.DestinationForbidden => ("Destination forbidden", "bad", null),
        ConnectionOutcome.NoExit => ("No exit", "bad", "Ask for a larger place, or try again shortly."),
        ConnectionOutcome.NameNotResolved => ("Name not found", "bad", "Check its spelling."),
        ConnectionOutcome.UpstreamFailed =>
        ("No connection", "bad", "Try again: another exit may be let in where this one was not."),
        ConnectionOutcome.UpstreamRejectedUs => ("Upstream refused", "bad", "That is for the operator to mend."),
        ConnectionOutcome.UpstreamTimeout => ("No answer", "bad", "Try again, or another exit."),

        ConnectionOutcome.Overloaded => ("Node is full", "bad", null),
        ConnectionOutcome.QuotaUnknown => ("Quota not known", "bad", "The node waits for its database. Try again shortly."),
        ConnectionOutcome.InternalError => ("Our fault", "bad", null),
    };
}
