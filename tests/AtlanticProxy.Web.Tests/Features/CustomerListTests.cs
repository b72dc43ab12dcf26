using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class CustomerListTests
{
    [TestMethod]
    public async Task List_IsSortedBothWays_AndKeepsItsFiltersInTheAddress()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var support = await portal.SignedInAsync(SeededPortal.Support);

        var page = await support.GetAsync($"/admin/customers?search={customer.Email}&state=NoPlan&sort=balance");

        Assert.Contains($"href=\"/admin/customers/{customer.Id}\"", page.Body);
        Assert.Contains("<th class=\"number\" scope=\"col\" aria-sort=\"ascending\">", page.Body);
        string mail = Uri.EscapeDataString(customer.Email);
        Assert.Contains($"href=\"/admin/customers?search={mail}&amp;state=NoPlan&amp;sort=-balance\"", page.Body);
        Assert.Contains($"href=\"/admin/customers/csv?search={mail}&amp;state=NoPlan&amp;sort=balance\" download", page.Body);
        Assert.Contains("<input type=\"hidden\" name=\"sort\" value=\"balance\">", page.Body);
        Assert.DoesNotContain("name=\"Ids\"", page.Body, "support changes nothing");
        Assert.Contains("No customer matches this search.",
            (await support.GetAsync($"/admin/customers?search={mail}&state=Trial")).Text);
        Assert.AreEqual(HttpStatusCode.OK,
            (await support.GetAsync("/admin/customers?state=nonsense&plan=x&sort=-nothing&page=99999999")).Status);
    }

    [TestMethod]
    public async Task Csv_HasTheRowsThatAreShown_FormulasEscaped()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        await portal.Portal.Database.ExecuteAsync($"update customers set name = '=1+1' where id = {customer.Id}");
        using var support = await portal.SignedInAsync(SeededPortal.Support);

        string csv = (await support.GetAsync($"/admin/customers/csv?search={customer.Email}")).Body;

        string[] lines = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(2, lines);
        Assert.StartsWith("email,name,state,subscription,plan,proxy_users,used,limit,unit,balance,currency,renews_at", lines[0]);
        Assert.StartsWith($"{customer.Email},\"'=1+1\",Active,", lines[1]);
    }

    [TestMethod]
    public async Task Selected_AreSuspendedOnceThatIsConfirmed_ActivatedAndTagged()
    {
        var portal = await SeededPortal.SharedAsync();
        var (one, other) = (await portal.AddCustomerAsync(), await portal.AddCustomerAsync());
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        Task<string> StatesAsync() => portal.Portal.Database.ScalarAsync<string>(
            $"select string_agg(state, ' ') from customers where id in ({one.Id}, {other.Id})");
        async Task<string> ActAsync(string action, params (string, string)[] more)
        {
            var sent = await owner.PostAsync("/admin/customers/bulk",
                new(more.ToDictionary(each => each.Item1, each => each.Item2)) { ["Action"] = action,
                    ["Ids[0]"] = $"{one.Id}", ["Ids[1]"] = $"{other.Id}" });
            return sent.Status == HttpStatusCode.OK ? sent.Text : (await owner.FollowAsync(sent)).Text;
        }

        string asked = await ActAsync("Suspend");
        Assert.Contains("Suspend 2 customers?", asked);
        Assert.Contains(one.Email, asked);
        Assert.AreEqual("active active", await StatesAsync());
        Assert.Contains("2 customers are suspended.", await ActAsync("Suspend", ("Sure", "true")));
        Assert.AreEqual("suspended suspended", await StatesAsync());
        Assert.Contains("2 customers are active.", await ActAsync("Activate"));
        Assert.Contains("2 customers are tagged.", await ActAsync("Tag", ("Tag", "VIP")));
        Assert.Contains(">vip</a>", (await owner.GetAsync($"/admin/customers?tag=vip&search={one.Email}")).Body);
        Assert.Contains("A tag has at most 30 characters.", await ActAsync("Tag", ("Tag", new string('x', 31))));
        Assert.Contains("select customers first",
            (await owner.FollowAsync(await owner.PostAsync("/admin/customers/bulk", new() { ["Action"] = "Suspend" }))).Text);
    }

    [TestMethod]
    public async Task Notes_AreWrittenBySupport_AndRemovedByOperators()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var support = await portal.SignedInAsync(SeededPortal.Support);
        string page = $"/admin/customers/{customer.Id}";

        var noted = await support.FollowAsync(await support.PostAsync($"{page}/notes", new() { ["words"] = "Pays <late>" }));
        Assert.Contains("The note is saved.", noted.Text);
        Assert.Contains("Pays &lt;late&gt;", noted.Body);
        Assert.Contains("Nothing was saved. Write a note.",
            (await support.FollowAsync(await support.PostAsync($"{page}/notes", new() { ["words"] = " " }))).Text);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await support.PostAsync($"{page}/tags", new() { ["tags"] = "x" })).Status);

        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        Assert.Contains("The tags are saved.",
            (await owner.FollowAsync(await owner.PostAsync($"{page}/tags", new() { ["tags"] = "Late, big" }))).Text);
        Assert.Contains("value=\"late, big\"", (await owner.GetAsync(page)).Body);
        long note = await portal.Portal.Database.ScalarAsync<long>(
            $"select id from customer_notes where customer_id = {customer.Id}");
        Assert.AreEqual(HttpStatusCode.NotFound, (await owner.PostAsync($"/admin/customers/1/notes/{note}/remove")).Status);
        Assert.Contains("The note is removed.",
            (await owner.FollowAsync(await owner.PostAsync($"{page}/notes/{note}/remove"))).Text);
    }
}
