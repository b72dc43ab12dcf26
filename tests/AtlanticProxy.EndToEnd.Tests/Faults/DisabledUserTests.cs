using System.Net.Sockets;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Faults;

[TestClass]
[DoNotParallelize]
public sealed class DisabledUserTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(1);

    [TestMethod]
    public async Task ProxyUser_DisabledInTheDatabase_IsCutAndRefusedWithinASecond()
    {
        var demo = SharedAppliance.Demo;
        var user = await demo.AddProxyUserAsync(demo.Ready.Customer!.Email, "leaving");
        string origin = $"127.0.0.1:{SharedAppliance.Origin.Port}";
        using var tunnel = await ProxyClient.OpenTunnelAsync(demo, user, origin);
        using var other = await ProxyClient.OpenTunnelAsync(demo, SharedAppliance.User, origin);

        await demo.ExecuteAsync("update proxy_users set enabled = false where name = 'leaving'");
        long start = TimeProvider.System.GetTimestamp();
        await tunnel.ReadTextUntilClosedAsync();
        var cut = TimeProvider.System.GetElapsedTime(start);
        string refused = await ProxyClient.ConnectAsync(demo, user, origin);

        Assert.IsLessThan(s_bound, cut);
        StringAssert.StartsWith(refused, "HTTP/1.1 403 ");
        // Another's tunnel goes on.
        await other.SendAsync("GET /bytes/1 HTTP/1.1\r\nHost: x\r\n\r\n");
        StringAssert.StartsWith(await other.ReadHeadAsync(), "HTTP/1.1 200 ");
    }

    [TestMethod]
    public async Task ProxyUser_EnabledAgain_IsServedAgain()
    {
        var demo = SharedAppliance.Demo;
        var user = await demo.AddProxyUserAsync(demo.Ready.Customer!.Email, "returning");
        await demo.ExecuteAsync("update proxy_users set enabled = false where name = 'returning'");
        await Testing.Poll.UntilAsync(async () => (await AnswerAsync(demo, user)).Contains(" 403 ", StringComparison.Ordinal), s_bound);

        await demo.ExecuteAsync("update proxy_users set enabled = true where name = 'returning'");

        await Testing.Poll.UntilAsync(async () => (await AnswerAsync(demo, user)).Contains(" 200 ", StringComparison.Ordinal), s_bound);
    }

    // One that was admitted just before the change is cut by it, perhaps before its answer is read: no answer, then.
    private static async Task<string> AnswerAsync(RunningAppliance appliance, ProxyCredentials user)
    {
        try
        {
            return await ProxyClient.ConnectAsync(appliance, user, "exit.test:80");
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
