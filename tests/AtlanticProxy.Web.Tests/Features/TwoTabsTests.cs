using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Shell;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>A form that is open twice: the second save does not undo the first.</summary>
[TestClass]
public sealed partial class TwoTabsTests
{
    private static SeededPortal s_portal = null!;
    private static Visitor s_owner = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        s_portal = await SeededPortal.SharedAsync();
        s_owner = await s_portal.SignedInAsync(SeededPortal.Owner);
    }

    [ClassCleanup]
    public static void Stop() => s_owner.Dispose();

    [TestMethod]
    public async Task Plan_ChangedInTheOtherTab_IsSaid() => await AssertSecondIsToldAsync(
        $"/admin/plans/{await AddPlanAsync("Two tabs")}", "", first: new() { ["includes"] = "country", ["seen"] = "true" },
        second: new() { ["includes"] = "city", ["seen"] = "true" }, "Targeting is “Country” now.");

    [TestMethod]
    public async Task Pool_ChangedInTheOtherTab_IsSaid()
    {
        await s_portal.AddProviderAsync("two-tabs-member");
        await s_owner.PostAsync("/admin/pools/new", Pool("two-tabs", weight: "1"));
        long id = await s_portal.Portal.Database.ScalarAsync<long>("select id from pools where name = 'two-tabs'");

        await AssertSecondIsToldAsync($"/admin/pools/{id}", "", Pool("", weight: "2"), Pool("", weight: "3"),
            "(provider:tier:weight) is “two-tabs-member:0:2” now.");
    }

    [TestMethod]
    public async Task Provider_ChangedInTheOtherTab_IsSaid() => await AssertSecondIsToldAsync(
        $"/admin/providers/{await s_portal.AddProviderAsync("two-tabs-provider")}", "",
        first: new() { ["Endpoint"] = "http://gateway.test:8000", ["Weight"] = "5" },
        second: new() { ["Endpoint"] = "http://gateway.test:8000", ["Weight"] = "7" }, "Weight is “5” now.");

    [TestMethod]
    public async Task Limits_ChangedInTheOtherTab_AreSaid() => await AssertSecondIsToldAsync(
        $"/admin/proxy-users/{(await s_portal.AddCustomerAsync()).ProxyUserId}", "/limits",
        first: new() { ["MaxConnections"] = "5" }, second: new() { ["MaxConnections"] = "7" },
        "Connections at a time is “5” now.");

    [TestMethod]
    public async Task PlanOfACustomer_ChangedInTheOtherTab_IsSaid() => await AssertSecondIsToldAsync(
        $"/admin/customers/{(await s_portal.AddCustomerAsync()).Id}", "/plan",
        first: new() { ["planId"] = $"{await AddPlanAsync("Tab one")}" },
        second: new() { ["planId"] = $"{await AddPlanAsync("Tab two")}" }, "Plan is “Tab one” now.");

    [TestMethod]
    public async Task PlanEndOfACustomer_ChangedInTheOtherTab_IsSaid()
    {
        string page = $"/admin/customers/{(await s_portal.AddCustomerAsync()).Id}";
        await s_owner.PostAsync($"{page}/plan", new() { ["planId"] = $"{await AddPlanAsync("With an end")}" });

        await AssertSecondIsToldAsync(page, "/plan-end", first: new() { ["lastDay"] = "2099-01-01" },
            second: new() { ["lastDay"] = "2099-02-01" }, "Last day of the plan is “2099-01-01” now.");
    }

    [TestMethod]
    [DataRow(null), DataRow(""), DataRow("nonsense!"), DataRow("bm8ganNvbg")]
    public void Version_ThatIsNone_TellsNothing(string? version) =>
        Assert.IsEmpty(FormVersion.Changes(version, [new FormFact("Weight", "1")]));

    [TestMethod]
    public void Version_OfAFieldThatIsEmptyNow_SaysSo() => Assert.AreEqual("Weight is empty now.",
        FormVersion.Changes(FormVersion.Of([new FormFact("Weight", "1")]), [new FormFact("Weight", null)]).Single());

    private static async Task AssertSecondIsToldAsync(
        string page, string action, Dictionary<string, string> first, Dictionary<string, string> second, string told)
    {
        string version = VersionOf(await s_owner.GetAsync(page));
        var saved = await s_owner.PostAsync(page + action, new(first) { [FormVersion.Field] = version });
        Assert.AreEqual(HttpStatusCode.Redirect, saved.Status, saved.Text);

        var refused = await s_owner.PostAsync(page + action, new(second) { [FormVersion.Field] = version });
        Assert.AreEqual(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains(told, refused.Text);
        Assert.Contains("Nothing was saved", refused.Text);

        var again = await s_owner.PostAsync(page + action, new(second) { [FormVersion.Field] = VersionOf(refused) });
        Assert.AreEqual(HttpStatusCode.Redirect, again.Status, "who has been told may save");
    }

    private static Dictionary<string, string> Pool(string name, string weight) => new()
    {
        ["Name"] = name, ["Policy"] = "Weighted", ["Members[0].Provider"] = "two-tabs-member", ["Members[0].In"] = "true",
        ["Members[0].Tier"] = "0", ["Members[0].Weight"] = weight,
    };

    private static async Task<long> AddPlanAsync(string name) =>
        (await s_portal.Portal.UseAsync<CreatePlan, Result<PlanSummary>>(create => create.ExecuteAsync(
            new(name, PlanKind.PerGb, 100, "USD"), CancellationToken.None))).Value.Id;

    private static string VersionOf(Answer page) => VersionField().Match(page.Body).Groups[1].Value;

    [GeneratedRegex("name=\"version\" value=\"([^\"]+)\"")]
    private static partial Regex VersionField();
}
