using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Web.Tests.Api;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>The page of what is open now.</summary>
[TestClass]
[DoNotParallelize] // the engine's stand-in is one for all
public sealed class LiveConnectionTests
{
    private static readonly Stand Engine = new();
    private static SeededPortal s_portal = null!;
    private static SeededCustomer s_ann = null!;
    private static long s_acme;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        s_portal = await SeededPortal.StartAsync(services: services => services.AddSingleton<ILiveConnections>(Engine));
        s_ann = await s_portal.AddCustomerAsync("Ann");
        s_acme = await s_portal.AddProviderAsync("acme-upstream");
        Engine.Open = [Connection(1, "shop.test", 443), Connection(2, "", 0)];
    }

    [ClassCleanup]
    public static async Task StopAsync() => await s_portal.Portal.DisposeAsync();

    [TestMethod]
    public async Task Operator_SeesEachConnection_SupportSeesNoProviderAndNoButton()
    {
        using var staff = await s_portal.SignedInAsync(SeededPortal.Operator);
        using var support = await s_portal.SignedInAsync(SeededPortal.Support);

        string page = (await staff.GetAsync("/admin/live")).Text;
        string seen = (await support.GetAsync("/admin/live")).Text;

        foreach (string words in (string[])["shop.test", ":443", "Datagrams", s_ann.Email, s_ann.ProxyUserName, "DE", "8 kbit/s",
            "1 min 5 s", "2 connections"])
        {
            Assert.Contains(words, page);
            Assert.Contains(words, seen);
        }
        Assert.Contains("acme-upstream", page);
        Assert.Contains("Cut selected", page);
        Assert.DoesNotContain("acme-upstream", seen);
        Assert.DoesNotContain("Cut selected", seen);
    }

    [TestMethod]
    public async Task Filters_StandInTheAddress_AndReachTheEngine()
    {
        using var staff = await s_portal.SignedInAsync(SeededPortal.Owner);
        string query = $"customer={s_ann.Email}&user=ALICE&target=Shop&provider={s_acme}&country=DE&over=tenminutes&order=age";

        string page = (await staff.GetAsync($"/admin/live?{query}")).Text;
        var (asked, order) = Engine.Asked;

        Assert.AreEqual(new OpenConnectionFilter(s_ann.Id, "alice", "shop", s_acme, "de", TimeSpan.FromMinutes(10)), asked);
        Assert.AreEqual(OpenConnectionOrder.Age, order);
        Assert.Contains("Remove the filter Germany", page);
        Assert.Contains("Remove the filter acme-upstream", page);
        Assert.Contains("Over 10 minutes", page);
        Assert.Contains("/admin/live/now?customer=", page);
    }

    [TestMethod]
    public async Task Filters_OfSupport_DoNotTellProvidersApart_AndAnUnknownCustomerHasNothing()
    {
        using var support = await s_portal.SignedInAsync(SeededPortal.Support);

        await support.GetAsync($"/admin/live/now?provider={s_acme}&customer=nobody@test.example&country=zz&over=never");

        Assert.AreEqual(new OpenConnectionFilter(0), Engine.Asked.Filter);
    }

    [TestMethod]
    public async Task Nothing_IsSaidInWords()
    {
        using var staff = await s_portal.SignedInAsync(SeededPortal.Owner);

        Assert.Contains("No open connection matches", (await staff.GetAsync("/admin/live/now?target=empty.test")).Text);
        Assert.Contains("The proxy does not answer", (await staff.GetAsync("/admin/live/now?target=hangs.test")).Text);
        var portal = await SeededPortal.SharedAsync();
        using var elsewhere = await portal.SignedInAsync(SeededPortal.Owner);
        Assert.Contains("No open connections.", (await elsewhere.GetAsync("/admin/live")).Text);
    }

    [TestMethod]
    public async Task Cut_AsksFirst_AndIsInTheAuditLog()
    {
        using var staff = await s_portal.SignedInAsync(SeededPortal.Operator);
        Dictionary<string, string> selected = new() { ["Ids"] = "1", ["target"] = "shop.test" };

        var asked = await staff.PostAsync("/admin/live/cut", selected);
        Assert.Contains("Cut 1 connection?", asked.Text);
        Assert.Contains($"{s_ann.ProxyUserName} ({s_ann.Email}) to", asked.Text);
        Assert.IsEmpty(Engine.Cut);
        var cut = await staff.FollowAsync(await staff.PostAsync("/admin/live/cut", new(selected) { ["Sure"] = "true" }));

        Assert.Contains("1 connection is cut.", cut.Text);
        Assert.AreEqual("1", string.Join(' ', Engine.Cut));
        var entry = (await s_portal.Portal.UseAsync((AuditQueries audit) => audit.ListAsync(
            new(Scope.Staff, s_ann.Id, Object: AuditQueries.OpenConnections), new(), default))).Items.Single();
        Assert.AreEqual((SeededPortal.Operator, "1 open connection"), (entry.Author, entry.Label));
        Assert.AreEqual($"{s_ann.ProxyUserName} to shop.test:443", entry.Fields.Single().Before);
        Assert.Contains("1 open connection cut", (await staff.GetAsync("/admin/audit?object=open_connections")).Text);
    }

    [TestMethod]
    public async Task Cut_OfNothing_SaysSo()
    {
        using var staff = await s_portal.SignedInAsync(SeededPortal.Operator);

        async Task<string> CutAsync(Dictionary<string, string>? fields = null) =>
            (await staff.FollowAsync(await staff.PostAsync("/admin/live/cut", fields))).Text;

        Assert.Contains("select connections first", await CutAsync());
        Assert.Contains("They have ended already.", await CutAsync(new() { ["Ids"] = "99" }));
    }

    [TestMethod]
    public async Task Api_ListsACustomersOwn()
    {
        using var ann = await ApiClient.OfAsync(s_portal, s_ann.Email, "activity:read");
        using var staff = await ApiClient.OfAsync(s_portal, SeededPortal.Operator, "activity:read");
        long other = (await s_portal.AddCustomerAsync()).Id;

        var listed = await ann.GetAsync(
            $"/connections/open?customer=cus_{other}&proxyUser=pu_{s_ann.ProxyUserId}&host=SHOP&country=DE&order=speed&limit=20");

        Assert.AreEqual("2", listed["total"]);
        var first = listed.Body.GetProperty("data")[0];
        Assert.AreEqual(($"pu_{s_ann.ProxyUserId}", s_ann.ProxyUserName, "shop.test", 443, 65_000L, 1000L), (
            first.GetProperty("proxyUser").GetString(), first.GetProperty("name").GetString(),
            first.GetProperty("host").GetString(),
            first.GetProperty("port").GetInt32(), first.GetProperty("openForMs").GetInt64(),
            first.GetProperty("bytesPerSecond").GetInt64()));
        var asked = new OpenConnectionFilter(s_ann.Id, s_ann.ProxyUserName, "shop", Country: "de");
        Assert.AreEqual((asked, OpenConnectionOrder.Speed), Engine.Asked, "its own, whoever's it asks for");
        await staff.GetAsync($"/connections/open?customer=cus_{other}");
        Assert.AreEqual((new OpenConnectionFilter(other), OpenConnectionOrder.Age), Engine.Asked);
        using var finance = await ApiClient.OfAsync(s_portal, SeededPortal.Finance, "activity:read");
        (await finance.GetAsync("/connections/open")).IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
        (await ann.GetAsync("/connections/open?proxyUser=pu_999999"))
            .IsProblem(HttpStatusCode.NotFound, "proxy_user.not_found");
        (await ann.GetAsync("/connections/open?limit=0")).IsProblem(HttpStatusCode.BadRequest, "request.limit_invalid", "limit");
        (await ann.GetAsync("/connections/open?host=hangs.test"))
            .IsProblem(HttpStatusCode.ServiceUnavailable, "engine.busy");
    }

    private static OpenConnection Connection(long id, string host, int port) => new()
    {
        Id = id, ProxyUserId = s_ann.ProxyUserId, CustomerId = s_ann.Id, ProxyUser = s_ann.ProxyUserName,
        ClientAddress = IPAddress.Loopback, Host = host, Port = port, ProviderId = s_acme, Country = "de",
        Age = TimeSpan.FromSeconds(65), BytesUp = 10, BytesDown = 2_000_000, Speed = 1000,
    };

    private sealed class Stand : ILiveConnections
    {
        public IReadOnlyList<OpenConnection> Open { get; set; } = [];

        public (OpenConnectionFilter Filter, OpenConnectionOrder Order) Asked { get; private set; }

        public List<long> Cut { get; } = [];

        public Task<LiveLook> LookAsync(
            OpenConnectionFilter filter, OpenConnectionOrder order, int most, CancellationToken cancellation)
        {
            if (filter.Target == "hangs.test")
                throw new TimeoutException();
            Asked = (filter, order);
            var found = Open.Where(each => filter.Target != "empty.test" && filter.Ids?.Contains(each.Id) != false).ToList();
            return Task.FromResult(new LiveLook(new OpenConnections(found, found.Count, found.Count), 0));
        }

        public Task<int> CutAsync(IReadOnlySet<long> ids, CancellationToken cancellation)
        {
            Cut.AddRange(ids);
            return Task.FromResult(ids.Count);
        }
    }
}
