using System.Net;
using System.Net.Sockets;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.ControlPlane.Snapshots;
using AtlanticProxy.Engine;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Host.Diagnosis;

/// <summary>
/// Tests a provider through an engine of its own that has this provider alone: so what it tests is what customers' connections
/// do.
/// </summary>
internal sealed class ProviderProbe(SnapshotReader snapshots, TimeProvider time) : IProviderTest
{
    /// <summary>A session's name as providers see it: 16 hex digits.</summary>
    private const string SampleSession = "0123456789abcdef";

    private const string Mask = "***";

    public async Task<Result<ProviderTestOutcome>> RunAsync(ProviderTestRequest request, CancellationToken cancellation)
    {
        var all = await snapshots.ReadAllAsync(cancellation);
        if (all.Providers.FirstOrDefault(provider => provider.Name == request.Provider) is not { } provider)
            return new Error(ErrorKind.NotFound, "provider.not_enabled", $"There is no enabled provider '{request.Provider}'.");
        string targeting = string.Join('-',
            new[] { Token("country", request.Country), Token("session", request.Session) }.OfType<string>());
        if (CredentialTemplate.Preview(provider.UsernameTemplate, targeting, SampleSession, password: Mask) is not { } username)
            return new Error(ErrorKind.Invalid, "provider.targeting_invalid",
                $"'{targeting}' is no targeting: a country is two letters, a session letters and digits.");
        if (provider.Exits.Length > 0)
            username = $"of one of {provider.Exits.Length} proxies";

        double? dial = await DialAsync(provider, cancellation);
        var (fetched, failure) = await FetchAsync(all, provider, targeting, request.Url, cancellation);
        if (fetched is null)
            return new Error(ErrorKind.Conflict, "provider.test_failed",
                $"{provider.Name} did not serve it (asked as {(username.Length > 0 ? username : "nobody")}). "
                    + $"{ProviderFailures.InWords(failure)}");
        var (exit, country) = ExitPages.ExitOf(fetched.Body);
        string password = provider.Password.Length == 0 ? "" : provider.PasswordTemplate.Length == 0 ? Mask
            : CredentialTemplate.Preview(provider.PasswordTemplate, targeting, SampleSession, password: Mask) ?? Mask;
        return new ProviderTestOutcome(
            username, password, exit, country, fetched.Status, dial, fetched.Milliseconds, fetched.Body);
    }

    private static string? Token(string key, string? value) => string.IsNullOrWhiteSpace(value) ? null : $"{key}-{value.Trim()}";

    /// <summary>
    /// Milliseconds until the provider's endpoint takes a connection; null when there is no one endpoint to try, or it takes
    /// none.
    /// </summary>
    private async Task<double?> DialAsync(Provider provider, CancellationToken cancel)
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
            return MillisecondsSince(began);
        }
        catch (Exception refused)
            when (refused is SocketException || (refused is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return null; // the fetch that follows says why, in the engine's words
        }
    }

    private async Task<(Fetched? Fetched, string Failure)> FetchAsync(
        EngineSnapshot all, Provider provider, string targeting, Uri url, CancellationToken cancel)
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
                : (new Fetched((int)answer.StatusCode, MillisecondsSince(began), body), "");
        }
        catch (HttpRequestException fault)
        {
            return (null, fault.Message);
        }
    }

    private double MillisecondsSince(long began) => Math.Round(time.GetElapsedTime(began).TotalMilliseconds, 1);

    private sealed record Fetched(int Status, double Milliseconds, string Body);

    private sealed class Unbilled : IUsageSink
    {
        public void Accept(IReadOnlyList<UsageDelta> deltas) { }
    }
}
