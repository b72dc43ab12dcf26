using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>docs/bad-inputs.md, rows 11 to 13: what is too long, too slow, or silent.</summary>
[TestClass]
public sealed class LimitTests : BadInputTest
{
    [TestMethod]
    public async Task Head_Over32KB_Is431()
    {
        string fields = string.Concat(Enumerable.Range(0, 40).Select(i => $"X-{i}: {new string('a', 1000)}\r\n"));

        ShouldBeRefused(await SayAsync($"GET http://{{origin}}/ HTTP/1.1\r\n{{auth}}{fields}\r\n"), 431);
        Assert.AreEqual("", Origin.Received);
    }

    [TestMethod]
    public async Task Head_ThatNeverEnds_Is431WithoutTakingItAllIn()
    {
        using var client = await RawClient.ConnectAsync(Proxy);
        await client.SendAsync("GET http://x.test/ HTTP/1.1\r\n");
        string line = $"X: {new string('a', 1000)}\r\n";

        int lines = 0;
        try
        {
            for (; lines < 64_000 && !client.HasSomething; lines++)
                await client.SendAsync(line);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Closed while we were still talking.
        }

        Assert.IsLessThan(8_000, lines,
            "of 64 MB, no more is taken than the head's limit, what is read away so that the answer arrives, and what fits the "
                + "sockets' buffers");
        StringAssert.StartsWith(await client.ReadTextUntilClosedAsync(), "HTTP/1.1 431 ");
    }

    [TestMethod]
    public async Task Head_With101Fields_Is431()
    {
        string fields = string.Concat(Enumerable.Range(0, 101).Select(i => $"X-{i}: a\r\n"));

        ShouldBeRefused(await SayAsync($"GET http://{{origin}}/ HTTP/1.1\r\n{{auth}}{fields}\r\n"), 431);
    }

    [TestMethod]
    public async Task RequestLine_Over8KB_Is414()
    {
        ShouldBeRefused(await SayAsync($"GET http://{{origin}}/{new string('a', 9000)} HTTP/1.1\r\n{{auth}}\r\n"), 414);
    }

    [TestMethod]
    public async Task Head_JustWithinTheLimits_IsServed()
    {
        string fields = string.Concat(Enumerable.Range(0, 90).Select(i => $"X-{i}: {new string('a', 250)}\r\n"));
        using var client = await RawClient.ConnectAsync(Proxy);

        await client.SendAsync(
            Fill($"GET http://{{origin}}/{new string('p', 7000)} HTTP/1.1\r\nHost: x\r\n{{auth}}{fields}\r\n"));

        StringAssert.StartsWith((await client.ReadResponseAsync()).Head, "HTTP/1.1 200 ");
    }

    [TestMethod]
    [DataRow("GET http://x.test/ HTTP/1.1\r\n", DisplayName = "no end")]
    [DataRow("G", DisplayName = "one letter")]
    public async Task Head_ThatStops_Is408(string part)
    {
        using var client = await RawClient.ConnectAsync(Proxy);
        await client.SendAsync(part);

        await PassAsync(HeadTimeout);

        ShouldBeRefused(await client.ReadTextUntilClosedAsync(), 408);
    }

    [TestMethod]
    public async Task Head_ThatDrips_Is408HoweverOftenAByteComes()
    {
        using var client = await RawClient.ConnectAsync(Proxy);
        const int bytes = 10;

        int sent = 0;
        for (; sent < 2 * bytes && !client.HasSomething; sent++)
        {
            await client.SendAsync("G");
            await PassAsync(HeadTimeout / bytes);
        }

        Assert.IsLessThanOrEqualTo(bytes + 1, sent);
        StringAssert.StartsWith(await client.ReadTextUntilClosedAsync(), "HTTP/1.1 408 ");
    }

    [TestMethod]
    public async Task Connection_ThatSaysNothing_IsDroppedWithoutAReply()
    {
        using var client = await RawClient.ConnectAsync(Proxy);

        await PassAsync(HeadTimeout / 2);
        Assert.IsFalse(client.HasSomething, "it has its time");
        await PassAsync(HeadTimeout / 2);

        Assert.AreEqual("", await client.ReadTextUntilClosedAsync());
    }
}
