using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.ControlPlane.Snapshots;
using AtlanticProxy.Engine;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Usage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>provider test NAME [--url URL] [--country C] [--session S]</c>: fetches a page through the provider and shows its exit, how
/// long it took, and what the provider was asked. It goes through an engine of its own that has this provider alone, so what it
/// tests is what customers' connections do. Nothing of it is billed.
/// </summary>
internal sealed class ProviderTest : DatabaseVerb
{
    /// <summary>As much of an answer as fits a terminal.</summary>
    private const int ShownCharacters = 500;

    /// <summary>A session's name as providers see it: 16 hex digits.</summary>
    private const string SampleSession = "0123456789abcdef";

    private const string Mask = "***";

    /// <summary>
    /// What pages that show their caller's address call it: the simulated provider, ipinfo.io, ipify, Bright Data, Oxylabs.
    /// </summary>
    private static readonly string[] AddressNames = ["exit", "ip", "origin", "query"],
        CountryNames = ["country", "country_code", "countryCode"];

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

    protected override async Task<int> RunAsync(Call call)
    {
        var (services, parsed, terminal, cancel) = call;
        string name = parsed.GetRequiredValue(_name);
        var all = await services.GetRequiredService<SnapshotReader>().ReadAllAsync(cancel);
        if (all.Providers.FirstOrDefault(provider => provider.Name == name) is not { } provider)
            return terminal.Fail($"There is no enabled provider '{name}'.");
        string targeting = string.Join('-',
            new[] { Token("country", parsed.GetValue(_country)), Token("session", parsed.GetValue(_session)) }.OfType<string>());
        if (CredentialTemplate.Preview(provider.UsernameTemplate, targeting, SampleSession, password: Mask) is not { } username)
            return terminal.Fail($"'{targeting}' is no targeting: a country is two letters, a session letters and digits.");

        var time = services.GetRequiredService<TimeProvider>();
        double? dial = await DialAsync(provider, time, cancel);
        var (fetched, failure) = await FetchAsync(all, provider, targeting, parsed.GetRequiredValue(_url), time, cancel);
        var asked = new
        {
            username = provider.Exits.Length > 0 ? $"of one of {provider.Exits.Length} proxies" : username,
            password = provider.Password.Length == 0 ? "" : provider.PasswordTemplate.Length == 0 ? Mask
                : CredentialTemplate.Preview(provider.PasswordTemplate, targeting, SampleSession, password: Mask),
        };
        if (fetched is null)
            return terminal.Fail(
                $"{name} did not serve it (asked as {(asked.username.Length > 0 ? asked.username : "nobody")}): {failure}");
        var (exit, country) = ExitOf(fetched.Body);
        string shown = fetched.Body.Length <= ShownCharacters ? fetched.Body : fetched.Body[..ShownCharacters] + " ...";
        return terminal.Done(
            new { provider = name, asked.username, asked.password, exit, country, status = fetched.Status,
                dialMilliseconds = dial, milliseconds = fetched.Milliseconds, body = shown },
            [
                $"{name} answered {fetched.Status} in {Text(fetched.Milliseconds)} "
                    + $"ms{(dial is { } taken ? $", {Text(taken)} ms of them to connect" : "")}",
                $"asked as {(asked.username.Length > 0 ? asked.username : "nobody")}"
                    + $"{(asked.password is { Length: > 0 } secret ? $" with password {secret}" : "")}",
                .. exit is null ? Array.Empty<string>() : [$"exit {exit}{(country is null ? "" : $" in {country}")}"],
                shown,
            ]);
    }

    private static string? Token(string key, string? value) => string.IsNullOrWhiteSpace(value) ? null : $"{key}-{value.Trim()}";

    private static string Text(double milliseconds) => milliseconds.ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>
    /// Milliseconds until the provider's endpoint takes a connection; null when there is no one endpoint to try, or it takes
    /// none.
    /// </summary>
    private static async Task<double?> DialAsync(Provider provider, TimeProvider time, CancellationToken cancel)
    {
        if (provider.Host.Length == 0 || provider.Host.Contains('{', StringComparison.Ordinal))
            return null;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(new EngineOptions().DialTimeout);
        long began = time.GetTimestamp();
        try
        {
            await socket.ConnectAsync(provider.Host, provider.Port, patience.Token);
            return Math.Round(time.GetElapsedTime(began).TotalMilliseconds, 1);
        }
        catch (Exception refused)
            when (refused is SocketException || (refused is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return null; // the fetch that follows says why, in the engine's words
        }
    }

    private static async Task<(Fetched? Fetched, string Failure)> FetchAsync(
        EngineSnapshot all, Provider provider, string targeting, Uri url, TimeProvider time, CancellationToken cancel)
    {
        string secret = SecretGenerator.Next();
        var tester = new ProxyUser { Id = 1, CustomerId = 1, Name = "tester", State = ProxyUserState.Active,
            Secret = GeneratedSecretVerifier.Of(secret) };
        await using var engine = new ProxyEngine(new EngineOptions { Mixed = { "127.0.0.1:0" }, Loops = 1 }, new Unbilled(), time,
            NullLoggerFactory.Instance);
        engine.Start(
            EngineSnapshot.Build(new SnapshotDelta { Users = [tester], Providers = [provider], SessionKey = all.SessionKey }));
        using var http = new HttpClient(new SocketsHttpHandler
        {
            Proxy = new WebProxy($"http://{engine.MixedEndpoints[0]}")
            {
                Credentials = new NetworkCredential(targeting.Length > 0 ? $"{tester.Name}-{targeting}" : tester.Name, secret),
            },
            PreAuthenticate = true,
        });
        long began = time.GetTimestamp();
        try
        {
            using var answer = await http.GetAsync(url, cancel);
            string body = (await answer.Content.ReadAsStringAsync(cancel)).Trim();
            return answer.Headers.TryGetValues("Proxy-Status", out var refusal)
                ? (null, string.Join(", ", refusal))
                : (new Fetched((int)answer.StatusCode, Math.Round(time.GetElapsedTime(began).TotalMilliseconds, 1), body), "");
        }
        catch (HttpRequestException fault)
        {
            return (null, fault.Message);
        }
    }

    /// <summary>The address and country of a page that is JSON, or an address alone.</summary>
    private static (string? Exit, string? Country) ExitOf(string body)
    {
        if (IPAddress.TryParse(body, out var address))
            return (address.ToString(), null);
        try
        {
            using var page = JsonDocument.Parse(body);
            return page.RootElement.ValueKind == JsonValueKind.Object
                ? (First(page.RootElement, AddressNames), First(page.RootElement, CountryNames))
                : (null, null);
        }
        catch (JsonException)
        {
            return (null, null); // a page for people
        }
    }

    private static string? First(JsonElement page, string[] names) => names
        .Select(name => page.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null)
        .FirstOrDefault(value => value is { Length: > 0 });

    private sealed record Fetched(int Status, double Milliseconds, string Body);

    private sealed class Unbilled : IUsageSink
    {
        public void Accept(IReadOnlyList<UsageDelta> deltas) { }
    }
}
