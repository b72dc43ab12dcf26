using System.Collections.Concurrent;
using System.Net;
using System.Text;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>An engine with one user and direct exits, and a recording origin, for each test. Afterwards no connection may be left.</summary>
public abstract class BadInputTest
{
    private const string Username = "alice", Password = "secret";

    private readonly ConcurrentQueue<UsageDelta> _booked = new();

    protected static string Authorization { get; } =
        $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Username}:{Password}"))}\r\n";

    protected RecordingOrigin Origin { get; private set; } = null!;

    protected ProxyEngine Engine { get; private set; } = null!;

    protected IPEndPoint Proxy => Engine.MixedEndpoints[0];

    protected virtual TimeSpan HeadTimeout => TimeSpan.FromSeconds(30);

    [TestInitialize]
    public void Start()
    {
        Origin = new RecordingOrigin();
        Engine = new ProxyEngine(
            new EngineOptions { Mixed = ["127.0.0.1:0"], Loops = 1, AllowedPrivateNetworks = ["127.0.0.0/8"], HeadTimeout = HeadTimeout },
            new Sink(_booked), TimeProvider.System, NullLoggerFactory.Instance);
        Engine.Start(EngineSnapshot.Build(
            [new ProxyUser { Id = 1, CustomerId = 1, Name = Username, State = ProxyUserState.Active, Secret = GeneratedSecretVerifier.Of(Password) }],
            [new Provider { Id = 1, Name = "direct", Protocol = UpstreamProtocol.Direct }]));
    }

    [TestCleanup]
    public async Task NoConnectionIsLeft()
    {
        try
        {
            await Poll.UntilAsync(() => Engine.OpenConnections == 0, because: "every connection has left the table");
        }
        finally
        {
            await Engine.DisposeAsync();
            await Origin.DisposeAsync();
        }
    }

    /// <summary>Sends the text, in which <c>{auth}</c> and <c>{origin}</c> stand for what they say, and returns all that comes until the proxy closes.</summary>
    protected async Task<string> SayAsync(string text)
    {
        using var client = await RawClient.ConnectAsync(Proxy);
        await client.SendAsync(Fill(text));
        return await client.ReadTextUntilClosedAsync();
    }

    protected string Fill(string text) => text
        .Replace("{auth}", Authorization, StringComparison.Ordinal)
        .Replace("{origin}", $"127.0.0.1:{Origin.Port}", StringComparison.Ordinal);

    protected static void ShouldBeRefused(string answer, int status)
    {
        StringAssert.StartsWith(answer, $"HTTP/1.1 {status} ");
        StringAssert.Contains(answer, "\r\nProxy-Status: ");
        Assert.AreEqual(answer.IndexOf("HTTP/1.1 ", StringComparison.Ordinal), answer.LastIndexOf("HTTP/1.1 ", StringComparison.Ordinal), "One answer, not two.");
    }

    private sealed class Sink(ConcurrentQueue<UsageDelta> booked) : IUsageSink
    {
        public void Accept(IReadOnlyList<UsageDelta> deltas)
        {
            foreach (var delta in deltas)
                booked.Enqueue(delta);
        }
    }
}
