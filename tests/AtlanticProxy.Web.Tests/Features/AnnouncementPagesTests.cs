using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class AnnouncementPagesTests
{
    [TestMethod]
    public async Task Announcement_IsWritten_SeenByCustomersAndStrangers_Closed_AndEnded()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        var (ann, bob) = (await portal.AddCustomerAsync(), await portal.AddCustomerAsync());
        using var staff = await portal.SignedInAsync(SeededPortal.Operator);
        Assert.Contains("Nothing is announced.", (await staff.GetAsync("/admin/announcements")).Text);

        var written = await staff.FollowAsync(await staff.PostAsync("/admin/announcements/new", new()
        {
            ["Title"] = "New <exits>", ["Words"] = "In **Lisbon** <script>alert(1)</script>", ["OnPublicPages"] = "true",
        }));
        Assert.Contains("Customers see it now.", written.Text);
        Assert.Contains("portal and public pages", written.Text);
        long id = await portal.Portal.Database.ScalarAsync<long>("select max(id) from announcements");

        using var stranger = portal.Anyone();
        Assert.Contains("New &lt;exits&gt;", (await stranger.GetAsync("/sign-in")).Body);
        using var customer = await portal.SignedInAsync(ann.Email);
        string page = (await customer.GetAsync("/usage?range=7d")).Body;
        Assert.Contains("<strong>Lisbon</strong>", page);
        Assert.DoesNotContain("<script>alert", page);
        using var other = await portal.SignedInAsync(bob.Email);
        await other.GetAsync("/overview");
        var closed = await customer.PostAsync($"/announcements/{id}/close", new() { ["returnUrl"] = "/usage?range=7d" });
        Assert.AreEqual("/usage?range=7d", closed.Location);
        Assert.DoesNotContain("Lisbon", (await customer.GetAsync("/overview")).Text);
        Assert.Contains("Lisbon", (await other.GetAsync("/overview")).Text);
        Assert.AreEqual("/overview", (await other.PostAsync($"/announcements/{id}/close",
            new() { ["returnUrl"] = "https://elsewhere.test/" })).Location);
        Assert.AreEqual(HttpStatusCode.NotFound, (await other.PostAsync($"/announcements/{id}/close")).Status, "closed");
        string list = (await staff.GetAsync("/admin/announcements")).Text;
        Assert.Contains("2 closed it", list);
        Assert.DoesNotContain("aria-label=\"Announcement\"", (await staff.GetAsync("/admin")).Body);

        Assert.Contains("The announcement has ended.",
            (await staff.FollowAsync(await staff.PostAsync($"/admin/announcements/{id}/end"))).Text);
        Assert.DoesNotContain("Lisbon", (await stranger.GetAsync("/sign-in")).Text);
        Assert.Contains("it had ended before",
            (await staff.FollowAsync(await staff.PostAsync($"/admin/announcements/{id}/end"))).Text);
        Assert.Contains("Announcement “New <exits>” added", (await staff.GetAsync("/admin/audit")).Text);
        Assert.Contains("No announcement has “Porto” in it", (await staff.GetAsync("/admin/announcements?search=Porto")).Text);
    }

    [TestMethod]
    public async Task Announcement_ThatIsWrong_IsRefusedBesideTheField()
    {
        var portal = await SeededPortal.SharedAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Operator);

        var unread = await staff.PostAsync("/admin/announcements/new", new() { ["Title"] = "a", ["From"] = "Tuesday" });
        var refused = await staff.PostAsync("/admin/announcements/new", new()
        {
            ["Title"] = "", ["Words"] = "kept", ["Tag"] = "vip", ["OnPublicPages"] = "true", ["Until"] = "2020-01-01",
        });

        Assert.AreEqual(HttpStatusCode.BadRequest, unread.Status);
        Assert.Contains("'Tuesday' is not a day or time", unread.Text);
        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        foreach (string words in (string[])["Write a title", "On public pages it is for all", "It must end later", "kept"])
            Assert.Contains(words, refused.Text);
    }

    [TestMethod]
    public async Task Announcement_ForLater_SaysSo()
    {
        var portal = await SeededPortal.SharedAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Operator);

        var written = await staff.FollowAsync(await staff.PostAsync("/admin/announcements/new",
            new() { ["Title"] = "Far away", ["Tag"] = "nobody", ["From"] = "2099-01-01T08:00" }));

        Assert.Contains("when it begins", written.Text);
        Assert.Contains("Scheduled", written.Text);
    }
}
