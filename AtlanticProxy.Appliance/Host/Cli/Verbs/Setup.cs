using System.Globalization;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Host.Configuration;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>setup</c>: where the setup page is, a token that opens it once, and what is done.</summary>
internal sealed class Setup(CommonOptions common)
    : DatabaseVerb(common, "setup", "Show how to set the appliance up: its page, a new token, and the steps")
{
    protected override async Task<int> RunAsync(Call call)
    {
        var settings = Common.LoadSettings(call.Parsed, []);
        var progress = await call.Get<SiteQueries>().ProgressAsync(call.Cancel);
        if (progress.IsFinished)
            return Done(call, progress, [], null, ["Setup is finished: its page is closed.", "", .. Lines(progress)]);
        var issued = await call.Get<IssueSetupToken>().ExecuteAsync(call.Cancel);
        if (!issued.IsSuccess)
            return call.Terminal.Fail(issued);
        var token = issued.Value;
        var pages = SetupPages.Of(settings);
        string until = token.ExpiresAt.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        return Done(call, progress, pages, token,
        [
            "Open this address in a browser. It has the token in it, which works once.", "",
            .. pages.Select(page => $"  {page}#{token.Text}"), "",
            .. SetupPages.AreHereOnly(pages) ? SetupPages.HowFromElsewhere(settings) : [],
            $"Token:       {token.Text}",
            $"Valid until: {until}; another run of this command makes a new one, and ends this one", "",
            .. Lines(progress), "", "When all is done: atlanticproxy setup finish",
        ]);
    }

    private static int Done(
        Call call, SetupProgress progress, IReadOnlyList<string> addresses, SetupToken? token, IEnumerable<string> lines) =>
        call.Terminal.Done(
            new
            {
                finished = progress.IsFinished, addresses, token = token?.Text, expiresAt = token?.ExpiresAt,
                steps = progress.Steps.Select(step => new { step = step.Kind, step.Title, done = step.IsDone,
                    configured = step.IsConfigured, step.Command }),
            }, lines);

    private static IEnumerable<string> Lines(SetupProgress progress)
    {
        int widest = progress.Steps.Max(step => step.Title.Length);
        return progress.Steps.Select(step => $"  [{(step.IsDone ? 'x' : ' ')}] {step.Title.PadRight(widest)}  "
            + (step.IsConfigured ? "set in the configuration" : step.IsDone ? "" : step.Command)).Select(line => line.TrimEnd());
    }
}
