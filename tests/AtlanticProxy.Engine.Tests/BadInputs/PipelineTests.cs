using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>docs/bad-inputs.md, row 16: requests sent ahead are answered in order or not at all, never mixed up.</summary>
[TestClass]
public sealed class PipelineTests : BadInputTest
{
    private const string Good = "GET http://{origin}/good HTTP/1.1\r\nHost: x\r\n{auth}\r\n",
    Last = "GET http://{origin}/last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{auth}\r\n";

    [TestMethod]
    public async Task Requests_SentAhead_AreAnsweredInOrder()
    {
        using var client = await RawClient.ConnectAsync(Proxy);

        await client.SendAsync(Fill(Good + Good + Last));

        for (int i = 0; i < 3; i++)
            Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
        Assert.AreEqual("", await client.ReadTextUntilClosedAsync());
    }

    [TestMethod]
    public async Task Requests_AfterAMalformedOne_AreNotServed()
    {
        string answer =
            await SayAsync(Good + "GET http://{origin}/bad HTTP/1.1\r\nBad Name: x\r\n{auth}\r\n"
                + "GET http://{origin}/smuggled HTTP/1.1\r\nHost: x\r\n{auth}\r\n");

        StringAssert.StartsWith(answer, "HTTP/1.1 200 ");
        Assert.AreEqual(2, answer.Split("HTTP/1.1 ").Length - 1, "One answer for the good one, one for the malformed one.");
        StringAssert.Contains(answer, "HTTP/1.1 400 ");
        Assert.DoesNotContain("smuggled", Origin.Received);
    }

    [TestMethod]
    public async Task Requests_AfterOneWithWrongCredentials_AreAnsweredInOrderOrClosed()
    {
        string answer =
            await SayAsync(
                "GET http://{origin}/refused HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic YWxpY2U6d3Jvbmc=\r\n\r\n"
                + Last);

        StringAssert.StartsWith(answer, "HTTP/1.1 407 ");
        Assert.DoesNotContain("/refused", Origin.Received);
        int second = answer.IndexOf("HTTP/1.1 ", 1, StringComparison.Ordinal);
        if (second > 0)
            StringAssert.StartsWith(answer[second..], "HTTP/1.1 200 ");
    }

    [TestMethod]
    public async Task Body_OfARefusedRequest_IsNeverTakenForARequest()
    {
        const string Hidden = "GET http://{origin}/hidden HTTP/1.1\r\nHost: x\r\n{auth}\r\n";
        string body = Fill(Hidden);

        string answer = await SayAsync(
            $"POST http://{{origin}}/refused HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\nProxy-Authorization: "
                + $"Basic YWxpY2U6d3Jvbmc=\r\n\r\n{body}");

        ShouldBeRefused(answer, 407);
        Assert.DoesNotContain("hidden", Origin.Received);
    }
}
