using System.CommandLine;
using System.Globalization;
using AtlanticProxy.ControlPlane.Snapshots;
using AtlanticProxy.Host.Diagnosis;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>provider test NAME [--url URL] [--country C] [--session S]</c>: fetches a page through the provider and shows its exit, how
/// long it took, and what the provider was asked.
/// </summary>
internal sealed class ProviderTest : DatabaseVerb
{
    /// <summary>As much of an answer as fits a terminal.</summary>
    private const int ShownCharacters = 500;

    private readonly Argument<string> _name = new("NAME");
    private readonly Option<string?> _country = new("--country") { HelpName = "C",
        Description = "Ask for an exit there, such as us" };
    private readonly Option<string?> _session = new("--session") { HelpName = "S", Description = "Ask for a session" };
    private readonly Option<Uri> _url = new("--url")
    {
        HelpName = "URL", DefaultValueFactory = _ => new Uri("http://exit.test/"),
        Description =
            "A page that shows its caller's address; the default is the simulated provider's. For others, "
                + "http://ipinfo.io/json is "
                + "one",
    };

    public ProviderTest(CommonOptions common) : base(common, "test", "Fetch a page through a provider")
    {
        Add(_name);
        Add(_country);
        Add(_session);
        Add(_url);
    }

    protected override Task<int> RunAsync(Call call)
    {
        string name = call.Value(_name);
        var probe = new ProviderProbe(call.Get<SnapshotReader>(), call.Get<TimeProvider>());
        var request = new ProviderTestRequest(name, call.Value(_url)!, call.Value(_country), call.Value(_session));
        return call.DoneAsync(
            probe.RunAsync(request, call.Cancel),
            fetched => new { provider = name, fetched.Username, fetched.Password, fetched.Exit, fetched.Country, fetched.Status,
                fetched.DialMilliseconds, fetched.Milliseconds, body = Shown(fetched) },
            fetched =>
            [
                $"{name} answered {fetched.Status} in {Text(fetched.Milliseconds)} "
                    + $"ms{(fetched.DialMilliseconds is { } taken ? $", {Text(taken)} ms of them to connect" : "")}",
                $"asked as {(fetched.Username.Length > 0 ? fetched.Username : "nobody")}"
                    + $"{(fetched.Password.Length > 0 ? $" with password {fetched.Password}" : "")}",
                .. fetched.Exit is null
                    ? Array.Empty<string>()
                    : [$"exit {fetched.Exit}{(fetched.Country is null ? "" : $" in {fetched.Country}")}"],
                Shown(fetched),
            ]);
    }

    private static string Shown(ProviderTestOutcome fetched) =>
        fetched.Body.Length <= ShownCharacters ? fetched.Body : fetched.Body[..ShownCharacters] + " ...";

    private static string Text(double milliseconds) => milliseconds.ToString("0.0", CultureInfo.InvariantCulture);
}
