using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Features.Connections;

namespace AtlanticProxy.Web.Features.Endpoints;

/// <summary>One step of a connection.</summary>
/// <param name="Passed">Null when it was not come to.</param>
internal sealed record TestStep(Phrase Words, bool? Passed);

/// <summary>How a test of an endpoint went, for people.</summary>
/// <param name="Problem">What was wrong and what to do; null when all is well.</param>
/// <param name="Outcome">Null where no connection was made.</param>
/// <param name="Asked">Code of the country that was asked for; empty for any.</param>
internal sealed record TestReport(
    IReadOnlyList<TestStep> Steps, Phrase Title, Phrase? Problem, EndpointTestOutcome? Outcome, string Asked)
{
    public bool Passed => Problem is null;

    /// <summary>The exit is not where it was asked for.</summary>
    public bool IsElsewhere => Asked.Length > 0 && Outcome?.Country is { } found
        && !found.Equals(Asked, StringComparison.OrdinalIgnoreCase);

    /// <param name="asked">Code of the country that was asked for; empty for any.</param>
    public static TestReport Of(EndpointTestOutcome outcome, string asked)
    {
        bool signedIn = outcome.Refusal?.Outcome is not (ConnectionOutcome.CredentialsMissing
            or ConnectionOutcome.CredentialsWrong or ConnectionOutcome.BadRequest or ConnectionOutcome.UnknownTarget
            or ConnectionOutcome.Overloaded);
        bool? exit = outcome.Refusal is null ? true : signedIn ? false : null;
        bool isPage = outcome.Status is > 0 and < 400;
        bool? page = exit is true ? isPage : null;
        (Phrase title, Phrase? problem) = outcome switch
        {
            { Refusal: { } refusal } => RefusalWords(refusal),
            { Fault: { } fault } => ((Phrase)"The page did not come", $"{fault} Try again: another exit may fare better."),
            _ when !isPage => ("The page refused", $"The page answered with status {outcome.Status}. Your endpoint works; "
                + $"the page does not take this exit."),
            _ => ("It works", null),
        };
        return new TestReport(
            [new("Signed in", signedIn), new("Exit found", exit), new("Page received", page)], title, problem, outcome, asked);
    }

    /// <summary>Where no test was made.</summary>
    public static TestReport NotMade(Phrase title, Phrase problem) => new([], title, problem, null, "");

    private static (Phrase Title, Phrase? Problem) RefusalWords(ProxyRefusal refusal)
    {
        var words = OutcomeText.Of(refusal.Outcome, OutcomeReason.Of(refusal.Outcome, refusal.Reason));
        return (words.Words, words.Hint);
    }
}
