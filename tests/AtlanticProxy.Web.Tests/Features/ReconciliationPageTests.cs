using System.Globalization;
using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class ReconciliationPageTests
{
    [TestMethod]
    public async Task Bill_Entered_IsShownBesideOurCountWithItsDrift()
    {
        var portal = await SeededPortal.SharedAsync();
        var database = portal.Portal.Database;
        var customer = await portal.AddCustomerAsync();
        string day = TimeProvider.System.GetUtcNow().AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        await owner.PostAsync("/admin/providers/new", new()
        {
            ["Preset"] = "oxylabs", ["Name"] = "billed", ["Username"] = "reseller", ["Password"] = "hush-hush-hush",
            ["CostPerGb"] = "4.00",
        });
        long provider = await database.ScalarAsync<long>("select id from providers where name = 'billed'");
        await database.ExecuteAsync(
            $"select ensure_partitions(array['usage_recent', 'usage_hourly', 'usage_daily', 'usage_targets'], '{day}', '{day}')");
        await database.ExecuteAsync(
            $"insert into usage_daily values ({customer.ProxyUserId}, '{day}T00:00Z', {provider}, 'us', 1000000000, "
                + "8000000000, 3)");

        var page = await owner.FollowAsync(await owner.PostAsync("/admin/reconciliation/bills", new()
        {
            ["ProviderId"] = provider.ToString(CultureInfo.InvariantCulture), ["Day"] = day, ["Bytes"] = "10000000000",
            ["Source"] = "<b>invoice</b>",
        }));

        Assert.AreEqual(HttpStatusCode.OK, page.Status);
        foreach (string shown in new[] { "billed", "9 GB", "10 GB", "+10.00 %", "36.00 USD", customer.Email })
            Assert.Contains(shown, page.Text);
        Assert.Contains("&lt;b&gt;invoice", page.Body);
        Assert.Contains("badge-state bad", page.Text);
        Assert.Contains("-36.00 USD", (await owner.GetAsync("/admin/reconciliation?by=Provider")).Text);

        var wrong = await owner.PostAsync("/admin/reconciliation/bills",
            new() { ["ProviderId"] = $"{provider}", ["Day"] = day, ["Bytes"] = "many" });
        Assert.AreEqual(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Contains("id=\"Bytes-error\"", wrong.Text);
        using var support = await portal.SignedInAsync(SeededPortal.Support);
        Assert.DoesNotContain("Note it", (await support.GetAsync("/admin/reconciliation")).Text);
    }
}
