using System.Globalization;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Metering;

/// <summary>
/// What passes is what is booked: to the byte, in the database, on the command line and on the customer's page.
/// </summary>
[TestClass]
public sealed class UsageTests
{
    private const string Customer = "metered@example.test", PortalPassword = "correct horse battery 7";

    private static RunningAppliance Demo => SharedAppliance.Demo;

    [ClassInitialize]
    public static Task AddCustomerAsync(TestContext _) =>
        Demo.CliAsync(["customer", "add", Customer, "--password-stdin"], PortalPassword);

    [TestMethod]
    public async Task Tunnel_Of100MegabytesDown_IsBookedExactlyAndShownOnThePortal()
    {
        using var portal = await PortalSession.SignInAsync(new Uri(Demo.Ready.Portal), Customer, PortalPassword);
        DateTime day;
        string page, total;
        int days = 0;
        do // again, when midnight comes between: the portal shows today's traffic
        {
            day = TimeProvider.System.GetUtcNow().Date;
            total = (await DownloadAsync($"download{days++}")).ToString("N0", CultureInfo.InvariantCulture);
            page = await portal.GetAsync("/");
        }
        while (day != TimeProvider.System.GetUtcNow().Date);
        StringAssert.Contains(page, total);
    }

    /// <summary>A tunnel of 100 MB, which are booked: the bytes both ways.</summary>
    private static async Task<long> DownloadAsync(string name)
    {
        const int Size = 100_000_000;
        var user = await Demo.AddProxyUserAsync(Customer, name);
        string request = $"GET /bytes/{Size} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        long down;
        using (var tunnel = await OpenAsync(user))
        {
            await tunnel.SendAsync(request);
            down = (await tunnel.ReadHeadAsync()).Length + (await tunnel.ReadToEndAsync()).Length;
        }

        await ShouldBeBookedAsync(user, request.Length, down);
        var rows = (await Demo.CliAsync(["usage", "--customer", Customer])).EnumerateArray()
            .Where(r => r.GetProperty("proxyUser").GetString() == user.Username).ToList();
        Assert.AreEqual(request.Length, rows.Sum(r => r.GetProperty("bytesUp").GetInt64()));
        Assert.AreEqual(down, rows.Sum(r => r.GetProperty("bytesDown").GetInt64()));
        Assert.AreEqual(request.Length + down, rows.Sum(r => r.GetProperty("bytes").GetInt64()));
        return request.Length + down;
    }

    [TestMethod]
    public async Task Tunnel_OfUpload_IsBookedExactly()
    {
        const int Size = 40_000_000;
        var user = await Demo.AddProxyUserAsync(Customer, "upload");
        string head = $"POST /sink HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {Size}\r\n\r\n";
        using var tunnel = await OpenAsync(user);

        await tunnel.SendAsync(head);
        await tunnel.SendAsync(OriginServer.Bytes(Size));
        byte[] response = await tunnel.ReadToEndAsync();

        await ShouldBeBookedAsync(user, head.Length + Size, response.Length);
    }

    [TestMethod]
    public async Task Tunnel_BothWaysAtOnce_IsBookedExactly()
    {
        const int Size = 20_000_000;
        var user = await Demo.AddProxyUserAsync(Customer, "bothways");
        string head = $"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {Size}\r\n\r\n";
        using var tunnel = await OpenAsync(user);

        var receiving = tunnel.ReadToEndAsync();
        await tunnel.SendAsync(head);
        await tunnel.SendAsync(OriginServer.Bytes(Size));
        byte[] response = await receiving;

        await ShouldBeBookedAsync(user, head.Length + Size, response.Length);
    }

    [TestMethod]
    public async Task SocksTunnel_IsBookedExactly()
    {
        const int Size = 1_000_000;
        var user = await Demo.AddProxyUserAsync(Customer, "socksuser");

        // What curl sends and receives inside the tunnel, it says itself.
        var result = await Tool.CurlAsync(
            "-o", "/dev/null", "-w", "%{size_request} %{size_header} %{size_download}", "-x", Demo.ProxyFor(user, "socks5h"),
            SharedAppliance.Origin.Http($"/bytes/{Size}").ToString());
        long[] sizes = [.. result.Text.Split(' ').Select(long.Parse)];

        await ShouldBeBookedAsync(user, sizes[0], sizes[1] + sizes[2]);
    }

    [TestMethod]
    public async Task RefusedConnections_AreNotBooked()
    {
        var user = await Demo.AddProxyUserAsync(Customer, "refused");

        await ProxyClient.ConnectAsync(Demo, user with { Password = "wrong" }, "exit.test:80");
        await ProxyClient.ConnectAsync(Demo, user, "169.254.169.254:80");
        const string Request = "GET /bytes/3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        using var tunnel = await OpenAsync(user);
        await tunnel.SendAsync(Request);
        byte[] response = await tunnel.ReadToEndAsync();

        await ShouldBeBookedAsync(user, Request.Length, response.Length);
    }

    private static Task<RawClient> OpenAsync(ProxyCredentials user) =>
        ProxyClient.OpenTunnelAsync(Demo, user, $"127.0.0.1:{SharedAppliance.Origin.Port}");

    private static async Task ShouldBeBookedAsync(ProxyCredentials user, long up, long down)
    {
        (long Up, long Down) booked = default;
        try
        {
            await Poll.UntilAsync(async () => (booked = await Demo.BookedAsync(user.Username)) == (up, down));
        }
        catch (TimeoutException)
        {
            Assert.AreEqual((up, down), booked, "bytes up and down");
        }
    }
}
