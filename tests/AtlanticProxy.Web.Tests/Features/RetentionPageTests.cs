using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class RetentionPageTests
{
    [TestMethod]
    public async Task Page_ShowsEachKindWithItsSettingAndTheLastCleanup()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        Assert.DoesNotContain("Last cleanup:", (await owner.GetAsync("/admin/settings/retention")).Text);

        await portal.Portal.UseAsync<Forgetting, object>(async forget => await forget.ExecuteAsync(default));

        var page = await owner.GetAsync("/admin/settings/retention");
        foreach (string words in new[] { "Last cleanup:", "Audit log", "3,653 days", "Retention:AuditDays", "until it expires",
            "ConnectionLog:RetentionDays", "Usage:DailyDays", "Retention:MailDays" })
            Assert.Contains(words, page.Text);
    }
}
