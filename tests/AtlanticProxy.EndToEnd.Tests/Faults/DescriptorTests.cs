using System.Net;
using System.Net.Sockets;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Faults;

/// <summary>docs/bad-inputs.md, row 32: file descriptors run out.</summary>
[TestClass]
[DoNotParallelize]
public sealed class DescriptorTests
{
    /// <summary>What the appliance may have: enough for itself and for some hundred tunnels.</summary>
    private const int Descriptors = 800;

    /// <summary>More than could ever fit.</summary>
    private const int TooMany = Descriptors;

    /// <summary>More than the descriptors that a tunnel takes: its two, and as many of the demo's provider.</summary>
    private const int SilentThatMayFit = 6;

    // How long the full appliance is watched, and the CPU time that it may take for doing nothing: a loop that spins would take
    // all of it, for ever.
    private static readonly TimeSpan s_watch = TimeSpan.FromSeconds(2), s_idle = TimeSpan.FromMilliseconds(300);

    [TestMethod]
    public async Task Descriptors_NearlyGone_NewClientsAreRefusedTunnelsAndPortalLiveAndItRecovers()
    {
        await using var appliance = await RunningAppliance.StartDemoWithFewDescriptorsAsync(Descriptors,
            "--Engine:MaxConnections", "100000", "--Portal:MaxConnections", "40");
        string origin = $"127.0.0.1:{SharedAppliance.Origin.Port}";
        var (tunnels, visitors) = (new List<RawClient>(), new List<RawClient>());
        try
        {
            string refusal = await FillAsync(appliance, origin, tunnels);
            StringAssert.StartsWith(refusal, "HTTP/1.1 503 ");
            StringAssert.Contains(refusal, "details=\"Overloaded\"");
            Assert.IsGreaterThan(Descriptors / 16, tunnels.Count,
                "Much of what it has goes to clients: four a tunnel, since the demo's provider is inside.");

            // Whoever knocks and waits is told, too. One who says nothing takes one descriptor where a tunnel takes several, so
            // that some may still fit.
            for (int i = 0; i < SilentThatMayFit; i++)
                visitors.Add(await RawClient.ConnectAsync(appliance.Proxy));
            using (var waiting = await RawClient.ConnectAsync(appliance.Proxy))
                StringAssert.StartsWith(await waiting.ReadTextUntilClosedAsync(), "HTTP/1.1 503 ");
            await ExchangeAsync(tunnels[0]);
            await ExchangeAsync(tunnels[^1]);
            await SignInAsync(appliance);

            // Nor can the portal's door be used to take the rest.
            var portal = new Uri(appliance.Ready.Portal);
            for (int i = 0; i < Descriptors / 2; i++)
                visitors.Add(await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, portal.Port)));
            await ExchangeAsync(tunnels[0]);
            await ComesToRestAsync(appliance);
        }
        finally
        {
            foreach (var client in tunnels.Concat(visitors))
                client.Dispose();
        }
        await Poll.UntilAsync(async () =>
            (await KnockAsync(appliance, origin)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal),
            because: "it serves again");
        await Poll.UntilAsync(async () =>
        {
            try
            {
                await SignInAsync(appliance);
                return true;
            }
            catch (HttpRequestException)
            {
                return false; // the last of those visitors are not counted out yet
            }
        });
    }

    /// <summary>Opens tunnels until one is refused: what it was told.</summary>
    private static async Task<string> FillAsync(RunningAppliance appliance, string origin, List<RawClient> tunnels)
    {
        while (tunnels.Count < TooMany)
        {
            var client = await RawClient.ConnectAsync(appliance.Proxy);
            string answer;
            try
            {
                await client.SendAsync(
                    $"CONNECT {origin} HTTP/1.1\r\n{ProxyClient.Authorization(appliance.Ready.ProxyUser)}\r\n");
                answer = await client.ReadHeadAsync();
            }
            catch (Exception closed) when (closed is SocketException or EndOfStreamException)
            {
                client.Dispose();
                continue; // shed before it had said all that it wanted: the reset may overtake the answer
            }
            if (!answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal))
            {
                client.Dispose();
                return answer;
            }
            tunnels.Add(client);
        }
        throw new AssertFailedException($"{TooMany} tunnels were opened with {Descriptors} descriptors.");
    }

    private static async Task ExchangeAsync(RawClient tunnel)
    {
        await tunnel.SendAsync("GET /bytes/100 HTTP/1.1\r\nHost: x\r\n\r\n");
        var (head, _) = await tunnel.ReadResponseAsync();
        StringAssert.StartsWith(head, "HTTP/1.1 200 ");
    }

    /// <summary>The portal answers on new connections, and asks its database on new ones too.</summary>
    private static async Task SignInAsync(RunningAppliance appliance)
    {
        var admin = appliance.Ready.Admin!;
        using var portal = await PortalSession.SignInAsync(new Uri(appliance.Ready.Portal), admin.Email, admin.Password);
        await portal.GetAsync("/admin");
    }

    /// <summary>
    /// What one client that asks for a tunnel is told; nothing when it is closed first, since the reset may overtake the answer.
    /// </summary>
    private static async Task<string> KnockAsync(RunningAppliance appliance, string origin)
    {
        try
        {
            return await ProxyClient.ConnectAsync(appliance, appliance.Ready.ProxyUser, origin);
        }
        catch (Exception shed) when (shed is SocketException or EndOfStreamException)
        {
            return "";
        }
    }

    /// <summary>
    /// It does nothing when there is nothing to do. A process just started compiles in the background for some seconds first.
    /// </summary>
    private static Task ComesToRestAsync(RunningAppliance appliance) => Poll.UntilAsync(async () =>
    {
        using var process = System.Diagnostics.Process.GetProcessById(appliance.Ready.Pid);
        var before = process.TotalProcessorTime;
        long start = TimeProvider.System.GetTimestamp();
        await Poll.UntilAsync(() => TimeProvider.System.GetElapsedTime(start) > s_watch);
        process.Refresh();
        return process.TotalProcessorTime - before < s_idle;
    });
}
