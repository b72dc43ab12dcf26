using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Announcements;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Tests.Announcements;

[TestClass]
public sealed class AnnouncementTests
{
    [TestMethod]
    public async Task Announcement_IsTold_ToWhomItIsFor()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var plan = (await plane.AskAsync((CreatePlan create) =>
            create.ExecuteAsync(new("Starter", PlanKind.Subscription, 999, "USD", 1_000_000_000), default))).Value;
        var (ann, bob) = (await plane.CustomerAsync(), await plane.CustomerAsync("bob@example.com"));
        await plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(ann.Id, plan.Id), default));
        await plane.AskAsync((NoteCustomer note) => note.TagAsync(bob.Id, "vip", default));
        await WriteAsync(plane, new("all", OnPublicPages: true));
        await WriteAsync(plane, new("plan", Plan: "Starter"));
        await WriteAsync(plane, new("tag", Tag: " VIP "));

        Assert.AreEqual("plan all", await ToldAsync(plane, ann.Id));
        Assert.AreEqual("tag all", await ToldAsync(plane, bob.Id));
        Assert.AreEqual("all", string.Join(' ', (await plane.AskAsync((AnnouncementQueries queries) =>
            queries.PublicAsync(default))).Select(text => text.Title)));
    }

    [TestMethod]
    public async Task Announcement_IsToldInItsTime_UntilItIsEnded()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        var now = plane.Time.GetUtcNow();
        long later = await WriteAsync(plane, new("later", From: now.AddHours(1), Until: now.AddHours(3)));
        long never = await WriteAsync(plane, new("never", From: now.AddHours(2)));

        Assert.AreEqual("", await ToldAsync(plane, customer.Id));
        Assert.IsTrue((await EndAsync(plane, never)).Value);
        plane.Time.Advance(TimeSpan.FromHours(2.5));
        Assert.AreEqual("later", await ToldAsync(plane, customer.Id));
        Assert.IsTrue((await EndAsync(plane, later)).Value);
        Assert.AreEqual("", await ToldAsync(plane, customer.Id));
        Assert.IsFalse((await EndAsync(plane, later)).Value, "once");
        Assert.AreEqual("announcement.not_found", (await EndAsync(plane, 99)).Codes());
        plane.Time.Advance(TimeSpan.FromDays(1));
        Assert.AreEqual("", await ToldAsync(plane, customer.Id));
    }

    [TestMethod]
    public async Task Reader_WhoCloses_SeesItNoMore_AndIsCountedOnce()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        var other = await plane.CustomerAsync("bob@example.com");
        long user = (await plane.AskAsync((CreateCustomerLogin create) =>
            create.ExecuteAsync(new(customer.Id, "correct-horse-battery"), default))).Value;
        await plane.AskAsync((NoteCustomer note) => note.TagAsync(customer.Id, "vip", default));
        long id = await WriteAsync(plane, new("news", Tag: "vip"));

        Task<Result> CloseAsync(long customerId) =>
            plane.AskAsync((ReadAnnouncement read) => read.CloseAsync(id, customerId, user, default));

        foreach (var _ in Enumerable.Range(0, 2))
            await plane.AskAsync(async (ReadAnnouncement read) =>
            {
                await read.SeenAsync([id], user, default);
                return true;
            });
        Assert.IsTrue((await TextsAsync(plane, customer.Id, user)).Single().IsSeen);
        Assert.IsFalse((await TextsAsync(plane, customer.Id, null)).Single().IsSeen, "others have not seen it");
        Assert.AreEqual("announcement.not_found", (await CloseAsync(other.Id)).Codes(), "it is not for them");
        Assert.IsTrue((await CloseAsync(customer.Id)).IsSuccess);
        Assert.AreEqual("", await ToldAsync(plane, customer.Id, user));
        Assert.AreEqual("news", await ToldAsync(plane, customer.Id), "others have not closed it");
        Assert.AreEqual("announcement.not_found", (await CloseAsync(customer.Id)).Codes(), "closed");
        var summary = (await plane.AskAsync((AnnouncementQueries queries) => queries.FindAsync(id, default))).Value;
        Assert.AreEqual((1, 1, "vip", AnnouncementState.Shown),
            (summary.Seen, summary.Closed, summary.Tag, summary.StateAt(plane.Time.GetUtcNow())));
    }

    [TestMethod]
    public async Task Announcement_ThatIsWrong_IsRefusedByField()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var now = plane.Time.GetUtcNow();

        async Task<string> WhyAsync(WriteAnnouncement.Request request) =>
            (await plane.AskAsync((WriteAnnouncement write) => write.ExecuteAsync(request, default))).Codes();

        Assert.AreEqual("announcement.title_invalid@Title", await WhyAsync(new(" ")));
        Assert.AreEqual("announcement.words_too_long@Words", await WhyAsync(new("a", new string('x', 4001))));
        Assert.AreEqual("announcement.tag_invalid@Tag", await WhyAsync(new("a", Tag: new string('x', 31))));
        Assert.AreEqual("announcement.two_audiences@Tag", await WhyAsync(new("a", Plan: "b", Tag: "c")));
        Assert.AreEqual("announcement.public_is_for_all@OnPublicPages", await WhyAsync(new("a", Tag: "c", OnPublicPages: true)));
        Assert.AreEqual("announcement.ends_before@Until", await WhyAsync(new("a", Until: now)));
        Assert.AreEqual("announcement.ends_before@Until", await WhyAsync(new("a", From: now.AddDays(2), Until: now.AddDays(1))));
        Assert.AreEqual("announcement.plan_unknown@Plan", await WhyAsync(new("a", Plan: "Gone")));
    }

    [TestMethod]
    public async Task List_HasTheLatestFirst_AndIsSearched()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var now = plane.Time.GetUtcNow();
        await WriteAsync(plane, new("old", "maintenance", From: now.AddDays(-1)));
        await WriteAsync(plane, new("coming", From: now.AddDays(1)));
        await WriteAsync(plane, new("new"));

        async Task<string> FoundAsync(string? search) => string.Join(' ', (await plane.AskAsync((AnnouncementQueries queries) =>
            queries.ListAsync(new PageRequest(search: search), default))).Items
            .Select(item => $"{item.Title}:{item.StateAt(now)}"));

        Assert.AreEqual("coming:Scheduled new:Shown old:Shown", await FoundAsync(null));
        Assert.AreEqual("old:Shown", await FoundAsync("MAINT"));
        Assert.IsFalse((await plane.AskAsync((AnnouncementQueries queries) => queries.FindAsync(99, default))).IsSuccess);
    }

    private static async Task<long> WriteAsync(ControlPlaneTest plane, WriteAnnouncement.Request request) =>
        (await plane.AskAsync((WriteAnnouncement write) => write.ExecuteAsync(request, default))).Value;

    private static Task<Result<bool>> EndAsync(ControlPlaneTest plane, long id) =>
        plane.AskAsync((EndAnnouncement end) => end.ExecuteAsync(new(id), default));

    private static async Task<string> ToldAsync(ControlPlaneTest plane, long customerId, long? userId = null) =>
        string.Join(' ', (await TextsAsync(plane, customerId, userId)).Select(text => text.Title));

    private static Task<List<AnnouncementText>> TextsAsync(ControlPlaneTest plane, long customerId, long? userId) =>
        plane.AskAsync((AnnouncementQueries queries) => queries.ForAsync(customerId, userId, default));
}
