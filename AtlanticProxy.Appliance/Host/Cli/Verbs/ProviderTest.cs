using System.CommandLine;
using System.Globalization;
using System.Net;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.ControlPlane.Snapshots;
using AtlanticProxy.Engine;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Usage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>provider test NAME [--url URL]</c>: fetches a page through the provider and shows what came, and how long it took. It goes through an
/// engine of its own that has this provider alone, so what it tests is what customers' connections do. Nothing of it is billed.
/// </summary>
internal sealed class ProviderTest : DatabaseVerb
{
    /// <summary>As much of an answer as fits a terminal.</summary>
    private const int ShownCharacters = 500;

    private readonly Argument<string> _name = new("NAME");
    private readonly Option<Uri> _url = new("--url")
    {
        HelpName = "URL", DefaultValueFactory = _ => new Uri("http://exit.test/"), Description = "A page that shows its caller's address; the default is the simulated provider's",
    };

    public ProviderTest(CommonOptions common) : base(common, "test", "Fetch a page through a provider")
    {
        Add(_name);
        Add(_url);
    }

    protected override async Task<int> RunAsync(IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        string name = parsed.GetRequiredValue(_name);
        var all = await services.GetRequiredService<SnapshotReader>().ReadAllAsync(cancel);
        if (all.Providers.FirstOrDefault(provider => provider.Name == name) is not { } provider)
            return terminal.Fail($"There is no enabled provider '{name}'.");

        var time = services.GetRequiredService<TimeProvider>();
        string secret = SecretGenerator.Next();
        var tester = new ProxyUser { Id = 1, CustomerId = 1, Name = "tester", State = ProxyUserState.Active, Secret = GeneratedSecretVerifier.Of(secret) };
        await using var engine = new ProxyEngine(new EngineOptions { Mixed = { "127.0.0.1:0" }, Loops = 1 }, new Unbilled(), time, NullLoggerFactory.Instance);
        engine.Start(EngineSnapshot.Build([tester], [provider]));
        using var http = new HttpClient(new SocketsHttpHandler
        {
            Proxy = new WebProxy($"http://{engine.MixedEndpoints[0]}") { Credentials = new NetworkCredential(tester.Name, secret) },
            PreAuthenticate = true,
        });
        long began = time.GetTimestamp();
        try
        {
            using var answer = await http.GetAsync(parsed.GetRequiredValue(_url), cancel);
            string body = (await answer.Content.ReadAsStringAsync(cancel)).Trim();
            double milliseconds = Math.Round(time.GetElapsedTime(began).TotalMilliseconds, 1);
            if (answer.Headers.TryGetValues("Proxy-Status", out var refusal))
                return terminal.Fail($"{name} did not serve it: {string.Join(", ", refusal)}");
            string shown = body.Length <= ShownCharacters ? body : body[..ShownCharacters] + " ...";
            return terminal.Done(new { provider = name, status = (int)answer.StatusCode, milliseconds, body = shown },
                $"{name} answered {(int)answer.StatusCode} in {milliseconds.ToString(CultureInfo.InvariantCulture)} ms", shown);
        }
        catch (HttpRequestException fault)
        {
            return terminal.Fail($"{name} did not serve it: {fault.Message}");
        }
    }

    private sealed class Unbilled : IUsageSink
    {
        public void Accept(IReadOnlyList<UsageDelta> deltas) { }
    }
}
