using System.Net;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Web.Features.Connections;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class ConnectionsTests
{
    private static async Task LogAsync(SeededPortal portal, long proxyUserId, long providerId, string outcome, bool refused,
        string host, string? detail = null) =>
        await portal.Portal.Database.ExecuteAsync($"""
            insert into connection_log (proxy_user_id, ended_at, duration_ms, outcome, refused, detail, client_address, host,
                port, provider_id, country, bytes_up, bytes_down)
            values ({proxyUserId}, now(), 3200, '{outcome}', {refused}, {(detail is null ? "null" : $"'{detail}'")},
                '203.0.113.7', '{host}', 443, {providerId}, 'de', 1200, 34000000)
            """);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Connections_OfAProxyUser_SayWhatBecameOfThem(bool byStaff)
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        long provider = await portal.AddProviderAsync($"oceanic-{customer.Id}");
        using var visitor = await portal.SignedInAsync(byStaff ? SeededPortal.Support : customer.Email);
        string page = byStaff
            ? $"/admin/proxy-users/{customer.ProxyUserId}/connections"
            : $"/credentials/{customer.ProxyUserId}/connections";
        Assert.Contains("No connections yet", (await visitor.GetAsync(page)).Text);
        Assert.Contains("Nothing was refused", (await visitor.GetAsync($"{page}?refused=true")).Text);

        await LogAsync(portal, customer.ProxyUserId, provider, "Completed", false, "good.test");
        await LogAsync(portal, customer.ProxyUserId, 0, "DestinationForbidden", true, "bad.test", "suffix <bad>.test");
        await LogAsync(portal, customer.ProxyUserId, 0, "CredentialsWrong", true, "");
        await LogAsync(portal, customer.ProxyUserId, 0, "OfALaterVersion", false, "later.test");
        var all = await visitor.GetAsync(page);
        var refused = await visitor.GetAsync($"{page}?refused=true");

        foreach (string words in (string[])["good.test", "Completed", "bad.test", "Destination forbidden", "or make a new one",
            "may not be reached through this proxy", "suffix <bad>.test", "203.0.113.7", "DE", "3.2 s", "OfALaterVersion"])
            Assert.Contains(words, all.Text);
        Assert.DoesNotContain("<bad>", all.Body);
        Assert.AreEqual(byStaff, all.Text.Contains($"oceanic-{customer.Id}", StringComparison.Ordinal),
            "whose exits they are is the reseller's business");
        Assert.Contains("bad.test", refused.Text);
        Assert.DoesNotContain("good.test", refused.Text);
        Assert.Contains(page,
            (await visitor.GetAsync(byStaff ? $"/admin/proxy-users/{customer.ProxyUserId}" : "/credentials")).Body);
    }

    [TestMethod]
    public async Task Connections_OfAnotherCustomer_AreNotFound()
    {
        var portal = await SeededPortal.SharedAsync();
        var (mine, theirs) = (await portal.AddCustomerAsync(), await portal.AddCustomerAsync());
        using var me = await portal.SignedInAsync(mine.Email);

        Assert.AreEqual(HttpStatusCode.NotFound, (await me.GetAsync($"/credentials/{theirs.ProxyUserId}/connections")).Status);
    }

    [TestMethod]
    [DataRow(0, "0 ms"), DataRow(999, "999 ms"), DataRow(3_290, "3.2 s"), DataRow(250_000, "4 min 10 s"),
        DataRow(90_000_000, "25 h 0 min")]
    public void Duration_OfAnyLength_IsShort(int milliseconds, string words) =>
        Assert.AreEqual(words, OutcomeText.Duration(milliseconds));

    [TestMethod]
    public void Outcome_EveryOne_HasWordsOfItsOwn()
    {
        var words = Enum.GetValues<ConnectionOutcome>()
            .Select(outcome => OutcomeText.Of($"{outcome}").Words).ToList();

        Assert.AreEqual(words.Count, words.Distinct().Count(), string.Join(", ", words));
    }

    [TestMethod]
    public void Reason_OfEveryOutcome_IsWhatTheEngineTellsClients()
    {
        foreach (var outcome in Enum.GetValues<ConnectionOutcome>())
            Assert.AreEqual(outcome.Sentence(), OutcomeReason.Of(outcome).ToString());
    }

    [TestMethod]
    [DataRow("No exit matches the targeting, or all of them are down. (country-zz)"), DataRow("Something else.")]
    public void Reason_ThatSaysMore_KeepsIt(string told) =>
        Assert.AreEqual(told, OutcomeReason.Of(ConnectionOutcome.NoExit, told).ToString());
}
