using System.Net;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Faults;

[TestClass]
[DoNotParallelize]
public sealed class StopTests
{
    [TestMethod]
    public async Task Sigterm_UnderTraffic_LetsTunnelsFinishAndBooksEverything()
    {
        const int Size = 20_000_000;
        const int Tunnels = 4;
        await using var appliance = await RunningAppliance.StartDemoAsync();
        var user = appliance.Ready.ProxyUser!;
        string request = $"GET /bytes/{Size} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        var tunnels = new List<RawClient>();
        long down = 0;
        for (int i = 0; i < Tunnels; i++)
        {
            tunnels.Add(await ProxyClient.OpenTunnelAsync(appliance, user, $"127.0.0.1:{SharedAppliance.Origin.Port}"));
            await tunnels[i].SendAsync(request);
            down += (await tunnels[i].ReadHeadAsync()).Length;
        }

        await appliance.SignalAsync("TERM");
        await Poll.UntilAsync(async () =>
            await RefusesAsync(appliance), because: "a stopping appliance takes no new connections");
        using (var http = new HttpClient())
        using (var ready = await http.GetAsync(new Uri(new Uri(appliance.Ready.Portal), "/health/ready")))
        {
            Assert.AreEqual(HttpStatusCode.ServiceUnavailable, ready.StatusCode, "whoever balances sends nobody here");
            StringAssert.Contains(await ready.Content.ReadAsStringAsync(), "Stopping.");
        }
        foreach (var tunnel in tunnels)
        {
            byte[] body = await tunnel.ReadToEndAsync();
            Assert.HasCount(Size, body);
            down += body.Length;
            tunnel.Dispose();
        }
        Assert.AreEqual(0, await appliance.ExitAsync(), appliance.Output);

        await using var again = await appliance.StartAgainAsync();
        Assert.AreEqual((Tunnels * request.Length, down), await again.BookedAsync(user.Username));
    }

    private static async Task<bool> RefusesAsync(RunningAppliance appliance)
    {
        try
        {
            using var client = await RawClient.ConnectAsync(appliance.Proxy);
            return false;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return true;
        }
    }
}
