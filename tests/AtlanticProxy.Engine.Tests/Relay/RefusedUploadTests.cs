using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Relay;

/// <summary>Clients that send all of a body before they read the refusal: they read it, and not a reset, within bounds.</summary>
[TestClass]
public sealed class RefusedUploadTests
{
    private const int Megabyte = 1_000_000;

    [TestMethod]
    [DataRow("Content-Length: 10000000\r\n"), DataRow("Transfer-Encoding: chunked\r\n")]
    public async Task Client_ThatSendsAllBeforeItReads_ReadsThe407(string framing)
    {
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\n{framing}\r\n");
        await client.SendAsync(new byte[10 * Megabyte]); // throws when the connection is reset meanwhile
        client.FinishSending();
        string all = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        StringAssert.StartsWith(all, "HTTP/1.1 407 ");
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task HttpClient_WhoseLargePostIsAskedForCredentials_SendsItAgainWithThem()
    {
        const int size = 2 * Megabyte;
        using var origin = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            string length = (await peer.ReadAsync(size)).Length.ToString(CultureInfo.InvariantCulture);
            await peer.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {length.Length}\r\nConnection: close\r\n\r\n{length}");
        });
        await using var engine = EngineUnderTest.Start();
        for (int i = 0; i < 5; i++)
        {
            using var handler = new SocketsHttpHandler
            {
                Proxy = new WebProxy($"http://{engine.Endpoint}") { Credentials =
                    new NetworkCredential(EngineUnderTest.Name, EngineUnderTest.Password) },
            };
            using var http = new HttpClient(handler);
            using var body = new ByteArrayContent(new byte[size]);
            using var response = await http.PostAsync(new Uri($"http://{origin.Endpoint}/"), body);
            Assert.AreEqual(size.ToString(CultureInfo.InvariantCulture), await response.Content.ReadAsStringAsync());
        }
    }

    [TestMethod]
    public async Task Client_ThatNeverStopsSending_IsReset()
    {
        const int most = 200;
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync("POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100000000000\r\n\r\n");
        byte[] megabyte = new byte[Megabyte];
        int sent = 0;
        try
        {
            for (; sent < most; sent++)
                await client.SendAsync(megabyte);
        }
        catch (SocketException)
        {
            // That is what it is about.
        }
        Assert.IsLessThan(most, sent);
        Assert.IsGreaterThan(60, sent);
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    [DataRow(1, true, DisplayName = "half a minute, as long as something comes")]
    [DataRow(3, false, DisplayName = "not where nothing comes")]
    public async Task Client_ThatSendsSlowly_HasBoundedTime(int pauseSeconds, bool waits)
    {
        var time = new SetTime();
        await using var engine = EngineUnderTest.Start(time: time);
        using var client = await engine.ConnectAsync();
        await client.SendAsync("POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000\r\n\r\n");
        await client.ReadHeadAsync();
        for (int i = 0; i < 25; i++)
        {
            if (waits || i == 0)
                await client.SendAsync("x");
            await engine.PassAsync(time, TimeSpan.FromSeconds(pauseSeconds));
        }
        if (waits)
        {
            await client.SendAsync("x");
            await Poll.UntilAsync(() => engine.Engine.OpenConnections == 1, because: "it is the only one, and still there");
            await engine.PassAsync(time, TimeSpan.FromSeconds(5));
        }
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
    }
}
