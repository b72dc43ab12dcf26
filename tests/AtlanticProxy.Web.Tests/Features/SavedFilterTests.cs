using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>What one of the staff keeps of a list's filters.</summary>
[TestClass]
public sealed class SavedFilterTests
{
    private const string List = "/admin/customers", Query = "search=ann%40x.example&sort=-used";

    private static Dictionary<string, string> Saving(string name, string query = Query, string path = List) =>
        new() { ["name"] = name, ["query"] = query, ["path"] = path };

    [TestMethod]
    public async Task Filter_IsSavedFromTheList_StandsThereForWhoSavedIt_AndIsRemoved()
    {
        var portal = await SeededPortal.SharedAsync();
        await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        using var support = await portal.SignedInAsync(SeededPortal.Support);
        Assert.DoesNotContain("Save filter", (await owner.GetAsync(List)).Text);
        Assert.Contains($"name=\"query\" value=\"{Query}\"", (await owner.GetAsync($"{List}?{Query}")).Text);

        var answer = await owner.PostAsync("/admin/filters", Saving(" Ann <vip> "));

        Assert.AreEqual($"{List}?{Query}", answer.Location);
        var shown = await owner.FollowAsync(answer);
        Assert.Contains("The filter Ann <vip> is saved.", shown.Text);
        Assert.Contains("Remove saved filter", shown.Text);
        Assert.DoesNotContain("Save filter", shown.Text);
        Assert.Contains("Ann <vip>", (await owner.GetAsync(List)).Text);
        Assert.DoesNotContain("Ann <vip>", (await owner.GetAsync("/admin/orders")).Text);
        Assert.DoesNotContain("Ann <vip>", (await support.GetAsync(List)).Text);
        string remove = shown.Body.Split("action=\"/admin/filters/")[1].Split('/')[0];
        Assert.AreEqual(HttpStatusCode.NotFound, (await support.PostAsync($"/admin/filters/{remove}/remove")).Status);
        Assert.DoesNotContain("Remove saved filter",
            (await owner.FollowAsync(await owner.PostAsync($"/admin/filters/{remove}/remove"))).Text);
        Assert.DoesNotContain("Ann <vip>", (await owner.GetAsync(List)).Text);
    }

    [TestMethod]
    public async Task Filter_OfTheSameName_TakesTheFormersPlace_AndThereIsAMostOfThem()
    {
        var portal = await SeededPortal.SharedAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Operator);

        for (int i = 0; i < 20; i++)
            await staff.PostAsync("/admin/filters", Saving($"Filter {i}", path: "/admin/orders"));
        var again = await staff.FollowAsync(
            await staff.PostAsync("/admin/filters", Saving("Filter 3", "state=Paid", "/admin/orders")));
        var more = await staff.FollowAsync(await staff.PostAsync("/admin/filters", Saving("Filter 20", path: "/admin/orders")));

        Assert.Contains("The filter Filter 3 is saved.", again.Text);
        Assert.Contains("href=\"/admin/orders?state=Paid\"", again.Body);
        Assert.Contains("A list has at most 20 saved filters. Remove one first.", more.Text);
        Assert.DoesNotContain(">Filter 20<", more.Text);
    }

    [TestMethod]
    [DataRow("", Query, List, "Give a name of 1 to 40 characters.")]
    [DataRow("12345678901234567890123456789012345678901", Query, List, "Give a name of 1 to 40 characters.")]
    [DataRow("All", "", List, "This filter cannot be saved.")]
    [DataRow("Away", Query, "//elsewhere.example/admin/x", "This filter cannot be saved.")]
    [DataRow("Away", Query, "/admin/../customers", "This filter cannot be saved.")]
    public async Task Filter_ThatIsNone_IsRefused(string name, string query, string path, string words)
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var answer = await owner.PostAsync("/admin/filters", Saving(name, query, path));

        Assert.StartsWith("/admin", answer.Location);
        Assert.Contains(words, (await owner.GetAsync("/admin")).Text);
    }
}
