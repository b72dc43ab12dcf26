using System.Net;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Security;

[TestClass]
public sealed class TrustedProxiesTests
{
    private const string Here = "127.0.0.1", Client = "203.0.113.9", Trusted = "10.0.0.1", Spoofed = "198.51.100.66";

    // Settings, the peer, its X-Forwarded-For, and who the client then is.
    [TestMethod]
    [DataRow("", Client, Spoofed, Client, DisplayName = "nobody is trusted")]
    [DataRow("10.0.0.0/8", Client, Spoofed, Client, DisplayName = "the peer is not")]
    [DataRow("10.0.0.0/8", Client, Trusted, Client, DisplayName = "the peer is not, whatever trusted address it names")]
    [DataRow("10.0.0.0/8", Trusted, Client, Client)]
    [DataRow("10.0.0.1", Trusted, Client, Client, DisplayName = "an address in place of a network")]
    [DataRow("10.7.7.7/8", Trusted, Client, Client, DisplayName = "a network by any of its addresses")]
    [DataRow("10.0.0.0/8", "::ffff:10.0.0.1", Client, Client, DisplayName = "a peer on a listener of both families")]
    [DataRow("10.0.0.0/8", Trusted, $"{Spoofed}, {Client}", Client,
        DisplayName = "what the client itself sent stays on the left")]
    [DataRow("10.0.0.0/8", Trusted, $"{Spoofed}, {Client}, 10.9.9.9", Client, DisplayName = "a chain of two")]
    [DataRow("10.0.0.0/8", Trusted, $"{Client}, 192.0.2.7", "192.0.2.7",
        DisplayName = "a chain whose first proxy is not trusted")]
    [DataRow("127.0.0.1,cloudflare", Here, $"{Client}, 173.245.48.7", Client, DisplayName = "Cloudflare, then a proxy here")]
    [DataRow("cloudflare", "2400:cb00::1", "2001:db8::5", "2001:db8::5")]
    [DataRow("Cloudflare", "172.71.1.1", Client, Client)]
    [DataRow("fd00::/8", "fd00::1", "2001:db8::5", "2001:db8::5")]
    [DataRow("fd00::/8", "fd00::1", "[2001:db8::5]:4711", "2001:db8::5", DisplayName = "with a port")]
    [DataRow("10.0.0.0/8", Trusted, $"{Client}:4711", Client, DisplayName = "with a port, IPv4")]
    [DataRow("10.0.0.0/8", Trusted, "unknown", Trusted, DisplayName = "no address")]
    [DataRow("10.0.0.0/8", Trusted, $"{Client}, <script>", Trusted, DisplayName = "no address on the right")]
    [DataRow("10.0.0.0/8", Trusted, "", Trusted, DisplayName = "empty")]
    public async Task ForwardedFor_IsBelievedFromTrustedProxiesOnly(
        string trusted, string peer, string forwardedFor, string expected)
    {
        var context = await SendAsync(trusted, peer, ("X-Forwarded-For", forwardedFor), ("X-Forwarded-Proto", "https"));

        var client = context.Connection.RemoteIpAddress!;
        Assert.AreEqual(IPAddress.Parse(expected), client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client);
        Assert.IsFalse(RequestOrigin.IsThisMachine(context));
    }

    [TestMethod]
    [DataRow("", Here, "https", "http")]
    [DataRow("10.0.0.0/8", Trusted, "https", "https")]
    [DataRow("10.0.0.0/8", Trusted, "http", "http")]
    [DataRow("10.0.0.0/8", Trusted, "java script:", "http", DisplayName = "no scheme")]
    [DataRow("10.0.0.0/8", Client, "https", "http", DisplayName = "from a stranger")]
    public async Task ForwardedProto_IsBelievedFromTrustedProxiesOnly(
        string trusted, string peer, string proto, string expected) =>
        Assert.AreEqual(expected,
            (await SendAsync(trusted, peer, ("X-Forwarded-For", Client), ("X-Forwarded-Proto", proto))).Request.Scheme);

    [TestMethod]
    [DataRow("X-Forwarded-Host"), DataRow("X-Forwarded-Prefix")]
    public async Task ForwardedHostAndPrefix_AreNeverBelieved(string header)
    {
        var context = await SendAsync("10.0.0.0/8", Trusted, ("X-Forwarded-For", Client), (header, "/evil.example"));

        Assert.AreEqual("portal.example", context.Request.Host.Value);
        Assert.AreEqual("", context.Request.PathBase.Value);
    }

    // Who may see health: this machine and the network 192.0.2.0/24. A proxy on this machine must open it to nobody.
    [TestMethod]
    [DataRow("", Here, "", "", true)]
    [DataRow("", "::1", "", "", true)]
    [DataRow("", "::ffff:127.0.0.1", "", "", true)]
    [DataRow("", "::ffff:127.0.0.8", "", "", true)]
    [DataRow("", "192.0.2.7", "", "", true)]
    [DataRow("", "::ffff:192.0.2.7", "", "", true)]
    [DataRow("", Client, "", "", false)]
    [DataRow("", Here, "X-Forwarded-For", Client, false, DisplayName = "a proxy here that is not trusted")]
    [DataRow("", Here, "X-Forwarded-For", Here, false)]
    [DataRow("", Here, "X-Real-IP", Client, false)]
    [DataRow("", Here, "Forwarded", "for=203.0.113.9", false)]
    [DataRow("", Here, "Via", "1.1 proxy", false)]
    [DataRow("", Here, "CF-Connecting-IP", Client, false)]
    [DataRow("", "192.0.2.7", "X-Forwarded-For", Client, false, DisplayName = "a proxy in the network that is not trusted")]
    [DataRow("127.0.0.1", Here, "X-Forwarded-For", Client, false)]
    [DataRow("127.0.0.1", Here, "X-Forwarded-For", "192.0.2.7", true, DisplayName = "the network, through a trusted proxy")]
    [DataRow("127.0.0.1", Here, "X-Forwarded-For", Here, false, DisplayName = "loopback as a trusted proxy names it")]
    [DataRow("127.0.0.1", Here, "X-Forwarded-For", "nonsense", false)]
    [DataRow("127.0.0.1", Here, "X-Forwarded-Proto", "https", false, DisplayName = "a trusted proxy that names no client")]
    [DataRow("127.0.0.1", Here, "", "", true, DisplayName = "this machine, where a proxy is, too")]
    public async Task Monitoring_IsOpenToThisMachineAndNamedNetworks_NotToWhomAProxyForwards(
        string trusted, string peer, string header, string value, bool allowed)
    {
        var context = await SendAsync(trusted, peer, header.Length > 0 ? [(header, value)] : []);

        Assert.AreEqual(allowed,
            RequestOrigin.IsThisMachineOrIn(context, [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("127.0.0.0/8")]));
    }

    [TestMethod]
    public async Task Client_WithoutAddress_IsNobody() =>
        Assert.IsFalse(RequestOrigin.IsThisMachineOrIn(await SendAsync("", null), [IPNetwork.Parse("0.0.0.0/0")]));

    [TestMethod]
    public void Cloudflare_Networks_AreThosePublished()
    {
        Assert.HasCount(15, CloudflareNetworks.All.Where(network => network.BaseAddress.GetAddressBytes().Length == 4));
        Assert.HasCount(7, CloudflareNetworks.All.Where(network => network.BaseAddress.GetAddressBytes().Length == 16));
        Assert.HasCount(22, CloudflareNetworks.All.Distinct());
    }

    [TestMethod]
    [DataRow("10.0.0.0/8", null), DataRow("10.0.0.1", null), DataRow("fd00::1", null), DataRow("cloudflare", null)]
    [DataRow("10.0.0.0/33", "is not a network"), DataRow("fastly", "is not a network"), DataRow("", "is not a network")]
    [DataRow("0.0.0.0/0", "is everybody"), DataRow("::/0", "is everybody")]
    public void Setting_IsANetworkAnAddressOrCloudflare(string setting, string? problem)
    {
        var problems = new PortalOptions { TrustedProxies = { setting } }.Validate().ToList();

        Assert.HasCount(problem is null ? 0 : 1, problems);
        if (problem is not null)
            Assert.Contains(problem, problems[0]);
    }

    [TestMethod]
    public async Task HostHeader_LeadsNobodyElsewhere()
    {
        await using var portal = await RunningPortal.StartAsync(options => options.TrustedProxies.Add(Here));
        using var visitor = new Visitor(portal.Address);
        visitor.Http.DefaultRequestHeaders.Host = "evil.example";
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");

        var answer = await visitor.GetAsync("/admin");

        Assert.AreEqual("/sign-in?returnUrl=%2Fadmin", answer.Response.Headers.Location?.OriginalString);
        Assert.DoesNotContain("evil.example", (await visitor.GetAsync("/sign-in")).Body);
    }

    [TestMethod]
    public async Task SignIns_ThroughATrustedProxy_AreCountedByTheClientsOwnAddress()
    {
        await using var portal = await RunningPortal.StartAsync(options =>
        {
            options.SignInsPerAddress = 2;
            options.TrustedProxies.Add(Here);
        });

        Assert.AreEqual(HttpStatusCode.TooManyRequests, await GuessAsync(portal, Client, times: 3));
        Assert.AreEqual(HttpStatusCode.BadRequest, await GuessAsync(portal, "203.0.113.10", times: 1));
        // What a client pretends to be forwarded from is to the left of what the proxy says.
        Assert.AreEqual(HttpStatusCode.TooManyRequests, await GuessAsync(portal, $"{Spoofed}, {Client}", times: 1));
    }

    [TestMethod]
    public async Task SignIns_WithAHeaderOfNobodyTrusted_AreCountedTogether()
    {
        await using var portal = await RunningPortal.StartAsync(options => options.SignInsPerAddress = 2);

        await GuessAsync(portal, Client, times: 2);

        Assert.AreEqual(HttpStatusCode.TooManyRequests, await GuessAsync(portal, "203.0.113.10", times: 1));
    }

    private static async Task<HttpStatusCode> GuessAsync(RunningPortal portal, string forwardedFor, int times)
    {
        using var visitor = new Visitor(portal.Address);
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
        var last = HttpStatusCode.OK;
        for (int i = 0; i < times; i++)
            last = (await visitor.PostAsync("/sign-in",
                new() { ["Email"] = $"{Guid.CreateVersion7():n}@test.example", ["Password"] = "wrong" })).Status;
        return last;
    }

    /// <summary>Sends a request from <paramref name="peer"/> through the beginning of the pipeline.</summary>
    private static async Task<HttpContext> SendAsync(string trusted, string? peer, params (string Name, string Value)[] headers)
    {
        var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseTrustedProxies(trusted.Split(',', StringSplitOptions.RemoveEmptyEntries));
        app.Run(_ => Task.CompletedTask);
        var context = new DefaultHttpContext { RequestServices = services };
        context.Connection.RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer);
        (context.Request.Scheme, context.Request.Host) = ("http", new HostString("portal.example"));
        foreach (var (name, value) in headers)
            context.Request.Headers[name] = value;
        await app.Build()(context);
        return context;
    }
}
