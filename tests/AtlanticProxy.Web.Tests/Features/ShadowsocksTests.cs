using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed partial class ShadowsocksTests
{
    private static readonly Dictionary<string, string> s_key = new() { ["Method"] = "aes-256-gcm",
        ["Targeting"] = "country-de-session-phone" };

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Key_AddedByCustomerOrStaff_IsShownOnceListedAndRemoved(bool byStaff)
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(byStaff ? SeededPortal.Operator : customer.Email);
        string page = byStaff
            ? $"/admin/proxy-users/{customer.ProxyUserId}/shadowsocks"
            : $"/credentials/{customer.ProxyUserId}/shadowsocks";
        Assert.Contains("No keys yet", (await visitor.GetAsync(page)).Text);

        var added = await visitor.FollowAsync(await visitor.PostAsync(page, s_key));
        var again = await visitor.GetAsync(page);

        string link = Link().Match(added.Text).Value;
        StringAssert.StartsWith(link, "ss://");
        StringAssert.EndsWith(link, $"@proxy.test:8388#{customer.ProxyUserName}-country-de-session-phone");
        Assert.Contains("<svg", added.Body[added.Body.IndexOf("qr-code", StringComparison.Ordinal)..]);
        Assert.DoesNotContain("ss://", again.Text);
        Assert.DoesNotContain("data-shadowsocks-link", again.Text);
        Assert.Contains("country-de-session-phone", again.Text);

        string remove = Remove().Match(again.Body).Groups[1].Value;
        Assert.Contains("cut off within a second", (await visitor.GetAsync(remove)).Text);
        Assert.Contains("No keys yet", (await visitor.FollowAsync(await visitor.PostAsync(remove))).Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.PostAsync(remove)).Status);
    }

    [TestMethod]
    public async Task Key_WithUnknownTargeting_IsRefusedBesideTheFieldWithWhatWasTyped()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(customer.Email);

        var refused = await visitor.PostAsync($"/credentials/{customer.ProxyUserId}/shadowsocks",
            new() { ["Method"] = "aes-128-gcm", ["Targeting"] = "planet-mars" });

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("not known or malformed", refused.Text);
        Assert.Contains("value=\"planet-mars\"", refused.Body);
        Assert.Contains("No keys yet", refused.Text);
    }

    [TestMethod]
    public async Task Key_OfAnotherCustomer_IsNotFound()
    {
        var portal = await SeededPortal.SharedAsync();
        var (mine, theirs) = (await portal.AddCustomerAsync(), await portal.AddCustomerAsync());
        using var me = await portal.SignedInAsync(mine.Email);
        using var them = await portal.SignedInAsync(theirs.Email);
        string theirPage = $"/credentials/{theirs.ProxyUserId}/shadowsocks";
        await them.FollowAsync(await them.PostAsync(theirPage, s_key));
        string remove = Remove().Match((await them.GetAsync(theirPage)).Body).Groups[1].Value;

        Assert.AreEqual(HttpStatusCode.NotFound, (await me.GetAsync(theirPage)).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await me.PostAsync(theirPage, s_key)).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await me.PostAsync(remove)).Status);
        // Nor through one's own proxy user.
        Assert.AreEqual(HttpStatusCode.NotFound,
            (await me.PostAsync(
                remove.Replace($"/{theirs.ProxyUserId}/", $"/{mine.ProxyUserId}/", StringComparison.Ordinal))).Status);
        Assert.Contains(remove, (await them.GetAsync(theirPage)).Body, "theirs is still there");
    }

    [TestMethod]
    public async Task Credentials_PortsThatAreOn_AreNamed()
    {
        await using var portal = (await SeededPortal.StartAsync(options =>
        {
            (options.TlsPort, options.ShadowsocksPort) = (8443, 0);
            options.StickyPorts.Add(new StickyPorts("nobody", "7000-7009", ""));
        })).Portal;
        var seeded = new SeededPortal(portal);
        var customer = await seeded.AddCustomerAsync();
        portal.Services.GetRequiredService<PortalOptions>().StickyPorts.Add(
            new StickyPorts(customer.ProxyUserName, "9000-9099", "session-p{port}"));
        using var visitor = await seeded.SignedInAsync(customer.Email);

        var page = await visitor.GetAsync("/credentials");

        Assert.Contains("proxy.test:8443", page.Text);
        Assert.Contains("proxy.test:9000-9099", page.Text);
        Assert.Contains("session-p{port}", page.Text);
        Assert.DoesNotContain("7000-7009", page.Text);
        Assert.DoesNotContain("Shadowsocks", page.Text);
    }

    [GeneratedRegex("ss://[^<\\s]+")]
    private static partial Regex Link();

    [GeneratedRegex("href=\"([^\"]+/remove)\"")]
    private static partial Regex Remove();
}
