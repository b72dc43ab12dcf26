using System.Net.Sockets;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Faults;

[TestClass]
[DoNotParallelize]
public sealed class DisabledUserTests
{
    // What the product promises of every change.
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(1);

    [TestMethod]
    public async Task ProxyUser_DisabledInTheDatabase_IsCutAndRefusedWithinASecond()
    {
        var demo = SharedAppliance.Demo;
        string origin = $"127.0.0.1:{SharedAppliance.Origin.Port}";
        using var other = await ProxyClient.OpenTunnelAsync(demo, SharedAppliance.User, origin);
        await Promise.IsKeptAsync(s_bound, async leaving =>
        {
            var user = await demo.AddProxyUserAsync(demo.Ready.Customer!.Email, $"leaving{leaving}");
            using var tunnel = await ProxyClient.OpenTunnelAsync(demo, user, origin);

            await EnableAsync(user, false);
            long start = TimeProvider.System.GetTimestamp();
            await tunnel.ReadTextUntilClosedAsync();
            var cut = TimeProvider.System.GetElapsedTime(start);

            StringAssert.StartsWith(await ProxyClient.ConnectAsync(demo, user, origin), "HTTP/1.1 403 ");
            return cut;
        });

        // Another's tunnel goes on.
        await other.SendAsync("GET /bytes/1 HTTP/1.1\r\nHost: x\r\n\r\n");
        StringAssert.StartsWith(await other.ReadHeadAsync(), "HTTP/1.1 200 ");
    }

    [TestMethod]
    public async Task ProxyUser_EnabledAgain_IsServedAgainWithinASecond()
    {
        var demo = SharedAppliance.Demo;
        var user = await demo.AddProxyUserAsync(demo.Ready.Customer!.Email, "returning");
        await Promise.IsKeptAsync(s_bound, async _ =>
        {
            await EnableAsync(user, false);
            await Poll.UntilAsync(async () => (await AnswerAsync(user)).Contains(" 403 ", StringComparison.Ordinal));

            await EnableAsync(user, true);
            long start = TimeProvider.System.GetTimestamp();
            await Poll.UntilAsync(async () => (await AnswerAsync(user)).Contains(" 200 ", StringComparison.Ordinal));
            return TimeProvider.System.GetElapsedTime(start);
        });
    }

    private static Task EnableAsync(ProxyCredentials user, bool enabled) =>
        SharedAppliance.Demo.ExecuteAsync($"update proxy_users set enabled = {enabled} where name = '{user.Username}'");

    // One that was admitted just before the change is cut by it, perhaps before its answer is read: no answer, then.
    private static async Task<string> AnswerAsync(ProxyCredentials user)
    {
        try
        {
            return await ProxyClient.ConnectAsync(SharedAppliance.Demo, user, "exit.test:80");
        }
        catch (Exception cut) when (cut is SocketException or IOException)
        {
            return "";
        }
    }
}
