using System.Net;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Faults;

/// <summary>Debian's Shadowsocks client through the running appliance, while its key comes and goes.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ShadowsocksKeyTests
{
    // What the product promises of every change.
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(1);

    [TestMethod]
    public async Task Key_AddedAndRemovedByCommandLine_ServesAndIsCutWithinASecond()
    {
        await using var appliance = await RunningAppliance.StartDemoAsync("--Engine:Shadowsocks:0", "127.0.0.1:0");
        string name = appliance.Ready.ProxyUser!.Username;
        var server = IPEndPoint.Parse(appliance.Ready.Shadowsocks!);

        await Promise.IsKeptAsync(s_bound, async _ =>
        {
            var key = await appliance.CliAsync(["proxy-user", "shadowsocks", "add", name, "--server", server.ToString()]);
            using var local = await SsLocal.StartAsync(server, key.GetProperty("method").GetString()!,
                key.GetProperty("password").GetString()!);
            using var tunnel = await OpenAsync(local);
            StringAssert.StartsWith((await tunnel.ReadResponseAsync()).Head, "HTTP/1.1 200 ");
            var listed = (await appliance.CliAsync(["proxy-user", "shadowsocks", "list", name])).EnumerateArray().Single();
            Assert.AreEqual(key.GetProperty("id").GetInt64(), listed.GetProperty("id").GetInt64());
            Assert.IsFalse(listed.ToString().Contains(key.GetProperty("password").GetString()!, StringComparison.Ordinal));

            await appliance.ExecuteAsync("delete from shadowsocks_keys");
            long since = TimeProvider.System.GetTimestamp();
            await tunnel.ReadTextUntilClosedAsync();
            return TimeProvider.System.GetElapsedTime(since);
        });

        var again = await appliance.CliAsync(
            ["proxy-user", "shadowsocks", "add", name, "--method", "aes-128-gcm", "--targeting", "country-de"]);
        string id = again.GetProperty("id").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
        await appliance.CliAsync(["proxy-user", "shadowsocks", "remove", name, id]);
        Assert.AreEqual(0, (await appliance.CliAsync(["proxy-user", "shadowsocks", "list", name])).GetArrayLength());
    }

    /// <summary>
    /// A tunnel with a request in it that is being answered. To a key that has not reached the engine yet, it says nothing.
    /// </summary>
    private static async Task<RawClient> OpenAsync(SsLocal local)
    {
        RawClient tunnel = null!;
        await Poll.UntilAsync(async () =>
        {
            tunnel = await RawClient.ConnectAsync(local.Endpoint);
            await tunnel.SendAsync(
                [5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, (byte)(SharedAppliance.Origin.Port >> 8), (byte)SharedAppliance.Origin.Port]);
            await tunnel.ReadAsync(2 + 10);
            await tunnel.SendAsync("GET /bytes/100 HTTP/1.1\r\nHost: x\r\n\r\n");
            try
            {
                await Poll.UntilAsync(() => tunnel.HasSomething, s_bound);
                return true;
            }
            catch (TimeoutException)
            {
                tunnel.Dispose();
                return false;
            }
        });
        return tunnel;
    }
}
