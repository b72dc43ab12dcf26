using System.Net;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>
/// An engine with one user and direct exits, and a recording origin, for each test. Afterwards no connection may be left.
/// </summary>
public abstract class BadInputTest
{
    protected static string Authorization { get; } = EngineUnderTest.BasicHeader();

    protected RecordingOrigin Origin { get; private set; } = null!;

    private protected EngineUnderTest Engine { get; private set; } = null!;

    protected IPEndPoint Proxy => Engine.Endpoint;

    /// <summary>How long a client may take to say what it wants.</summary>
    protected TimeSpan HeadTimeout => Engine.Options.HeadTimeout;

    private SetTime Time { get; } = new(flows: true); // who gives wrong credentials is kept waiting

    [TestInitialize]
    public void Start()
    {
        Origin = new RecordingOrigin();
        Engine = EngineUnderTest.Start(time: Time);
    }

    [TestCleanup]
    public async Task NoConnectionIsLeft()
    {
        try
        {
            await Poll.UntilAsync(() => Engine.Engine.OpenConnections == 0, because: "every connection has left the table");
        }
        finally
        {
            await Engine.DisposeAsync();
            await Origin.DisposeAsync();
        }
    }

    /// <summary>Lets time pass quickly for the connections that there are.</summary>
    protected Task PassAsync(TimeSpan time) => Engine.PassAsync(Time, time);

    /// <summary>
    /// Sends the text, in which <c>{auth}</c> and <c>{origin}</c> stand for what they say, and returns all that comes until the
    /// proxy closes.
    /// </summary>
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
        Assert.AreEqual(answer.IndexOf("HTTP/1.1 ", StringComparison.Ordinal),
            answer.LastIndexOf("HTTP/1.1 ", StringComparison.Ordinal), "One answer, not two.");
    }
}
