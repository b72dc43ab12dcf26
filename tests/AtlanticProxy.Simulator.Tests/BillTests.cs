using System.Text.Json;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Simulator.Tests;

[TestClass]
public sealed class BillTests : SimulatorTest
{
    [TestMethod]
    public async Task Tunnel_IsBilledWithExactlyItsBytes()
    {
        var simulator = await StartAsync();
        using var client = await TunnelAsync(simulator, Origin.Port);
        const string Request = "GET /bytes/123456 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

        await client.SendAsync(Request);
        byte[] response = await client.ReadToEndAsync();

        Assert.AreEqual(Request.Length, simulator.Bill.BytesUp);
        Assert.AreEqual(response.Length, simulator.Bill.BytesDown);
    }

    [TestMethod]
    public async Task PlainRequest_IsBilledAsTheClientSeesIt()
    {
        var simulator = await StartAsync();
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);
        string request =
            $"POST http://127.0.0.1:{Origin.Port}/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\n"
                + "hello";

        await client.SendAsync(request);
        byte[] response = await client.ReadToEndAsync();

        Assert.AreEqual(request.Length, simulator.Bill.BytesUp);
        Assert.AreEqual(response.Length, simulator.Bill.BytesDown);
    }

    [TestMethod]
    public async Task Lines_AreByUsernameAndSession_AndShownAtThePage()
    {
        var simulator = await StartAsync(WithAccount);
        await ExitAsync(simulator, "acme-session-a");
        await ExitAsync(simulator, "acme-session-a");
        await ExitAsync(simulator, "acme-session-b");

        var page = await Tool.CurlAsync("-x", $"http://acme:secret@{simulator.Endpoint}", "http://exit.test/bill");

        var lines = JsonDocument.Parse(page.Output).RootElement.EnumerateArray()
            .Select(l =>
                (l.GetProperty("username").GetString(), l.GetProperty("session").GetString(),
                    l.GetProperty("connections").GetInt64())).ToArray();
        CollectionAssert.AreEqual(new (string?, string?, long)[] { ("acme-session-a", "a", 2), ("acme-session-b", "b", 1) },
            lines);
        Assert.IsTrue(simulator.Bill.Lines.All(l => l.BytesUp > 0 && l.BytesDown > 0));
    }

    [TestMethod]
    public async Task Lines_OfTargetingInThePassword_AreByCountry()
    {
        var simulator = await StartAsync(WithAccount with { Grammar = "iproyal" });
        await ExitAsync(simulator, Username, Password + "_country-us");
        await ExitAsync(simulator, Username, Password + "_country-de");

        CollectionAssert.AreEqual(new[] { ("acme", "DE"), ("acme", "US") },
            simulator.Bill.Lines.Select(l => (l.Username, l.Country)).ToArray());
    }

    [TestMethod]
    public async Task RefusedRequests_AreNotBilled()
    {
        var simulator = await StartAsync(WithAccount);
        using var dead = new RefusingPort();

        await Tool.CurlAsync("-x", $"http://acme:wrong@{simulator.Endpoint}", "http://exit.test/");
        await Tool.CurlAsync("-p", "-x", $"http://acme:secret@{simulator.Endpoint}", $"http://{dead.Endpoint}/");

        Assert.AreEqual(2, simulator.Requests);
        Assert.IsEmpty(simulator.Bill.Lines);
    }
}
