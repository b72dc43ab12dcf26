using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Tests.Features;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Security;

/// <summary>Staff who look at a customer's portal see all of it, change nothing, and learn no secret.</summary>
[TestClass]
public sealed partial class CustomerViewTests
{
    private const string Leave = "/view/leave";

    /// <summary>What belongs to a person, and not to the customer.</summary>
    private static readonly string[] Personal = ["/security", "/settings/email", "/account/password"];

    [TestMethod]
    [DataRow(SeededPortal.Owner), DataRow(SeededPortal.Operator), DataRow(SeededPortal.Support)]
    public async Task View_OpensEveryPageOfACustomer_AndTakesNoForm(string email)
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync("Ann");
        using var themselves = await portal.SignedInAsync(customer.Email);
        using var staff = await portal.SignedInAsync(email);
        var begun = await staff.PostAsync($"/admin/customers/{customer.Id}/view");
        Assert.AreEqual("/overview", begun.Location);
        var wrong = new List<string>();

        foreach (var (method, path, customers, anyone) in Rows())
        {
            string asked = path.Replace("{id:long}", $"{customer.ProxyUserId}", StringComparison.Ordinal);
            asked = AnyId().Replace(asked, "999999999");
            if (method == "POST" && path != Leave)
            {
                var refused = await staff.PostAsync(asked);
                if (refused.Status != HttpStatusCode.Forbidden)
                    wrong.Add($"POST {path}: {(int)refused.Status}");
            }
            else if (method == "GET")
            {
                var seen = await staff.GetAsync(asked);
                bool isPersonal = Personal.Any(page => path == page || path.StartsWith($"{page}/", StringComparison.Ordinal));
                var expected = !customers || isPersonal ? HttpStatusCode.Forbidden
                    : anyone ? seen.Status : (await themselves.GetAsync(asked)).Status;
                if (seen.Status != expected)
                    wrong.Add($"GET {path}: {(int)seen.Status} and not {(int)expected}");
                if (seen.Body.Contains(customer.Secret, StringComparison.Ordinal))
                    wrong.Add($"GET {path} shows the proxy password");
                if (seen.Body.Contains("<body", StringComparison.Ordinal)
                    && !seen.Text.Contains($"You see what {customer.Email} sees.", StringComparison.Ordinal)
                    && !path.EndsWith("/print", StringComparison.Ordinal)
                    && path != "/status") // which is nobody's, whoever looks
                    wrong.Add($"GET {path} has no banner");
            }
        }

        Assert.IsEmpty(wrong, string.Join('\n', wrong));
        Assert.AreEqual($"/admin/customers/{customer.Id}", (await staff.PostAsync(Leave)).Location);
        Assert.AreEqual(HttpStatusCode.OK, (await staff.GetAsync("/admin")).Status);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await staff.GetAsync("/overview")).Status, "the own rights are back");
        Assert.AreEqual("/admin", (await staff.PostAsync(Leave)).Location, "there is nothing to leave");
    }

    [TestMethod]
    public async Task View_BeginsAndEnds_InTheAuditLog()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Support);
        await staff.PostAsync($"/admin/customers/{customer.Id}/view");
        await staff.PostAsync(Leave);

        Assert.AreEqual($"{SeededPortal.Support} Removed, {SeededPortal.Support} Added", await NotedAsync(portal, customer));
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        string log = (await owner.GetAsync($"/admin/audit?customer={customer.Id}")).Text;
        Assert.Contains($"View as customer “{customer.Email}” begun", log);
        Assert.Contains($"View as customer “{customer.Email}” ended", log);
        Assert.AreEqual(HttpStatusCode.NotFound, (await owner.PostAsync("/admin/customers/999999999/view")).Status);
    }

    [TestMethod]
    public async Task View_OfAReseller_AndOfItsCustomer_HasTheirPages()
    {
        var portal = await SeededPortal.SharedAsync();
        var rita = await portal.ResellerAsync();
        var sam = await portal.SoldAsync(rita);
        using var staff = await portal.SignedInAsync(SeededPortal.Support);

        await staff.PostAsync($"/admin/customers/{rita.Id}/view");
        Assert.AreEqual(HttpStatusCode.OK, (await staff.GetAsync("/resell")).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await staff.GetAsync("/plans")).Status);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await staff.GetAsync("/offer")).Status);
        await staff.PostAsync(Leave);

        await staff.PostAsync($"/admin/customers/{sam.Id}/view");
        Assert.AreEqual(HttpStatusCode.Forbidden, (await staff.GetAsync("/resell")).Status);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await staff.GetAsync("/plans")).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await staff.GetAsync("/offer")).Status);
    }

    [TestMethod]
    public async Task View_EndsByItself_AfterHalfAnHour()
    {
        var time = new SetTime();
        var portal = await SeededPortal.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Owner);
        await staff.PostAsync($"/admin/customers/{customer.Id}/view");
        time.Advance(CustomerView.Longest - TimeSpan.FromSeconds(5));
        Assert.AreEqual(HttpStatusCode.OK, (await staff.GetAsync("/overview")).Status);

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.AreEqual(HttpStatusCode.OK, (await staff.GetAsync("/admin")).Status);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await staff.GetAsync("/overview")).Status);
        Assert.AreEqual($"{SeededPortal.Owner} Removed, {SeededPortal.Owner} Added", await NotedAsync(portal, customer));
    }

    [TestMethod]
    public async Task View_OfSomebodyWhoseSessionEnds_EndsWithIt()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Operator);
        await staff.PostAsync($"/admin/customers/{customer.Id}/view");

        long id = await portal.Portal.Database.ScalarAsync<long>($"select id from users where email = '{SeededPortal.Operator}'");
        Assert.IsTrue((await portal.Portal.UseAsync((SetStaffRole set) =>
            set.ExecuteAsync(new(id, Roles.Support), default))).IsSuccess);

        Assert.StartsWith("/sign-in", (await staff.GetAsync("/overview")).Location);
    }

    [TestMethod]
    public async Task View_LetsFiguresMove_AndFindsNoPageWhereThereIsNone()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Support);
        await staff.PostAsync($"/admin/customers/{customer.Id}/view");

        Assert.AreEqual(HttpStatusCode.NotFound, (await staff.GetAsync("/no-such-page")).Status);
        Assert.Contains("\"open\":null", (await staff.GetAsync("/live/now")).Body, "not what staff see");
        Assert.AreEqual(HttpStatusCode.OK, (await staff.PostBareAsync("/live/negotiate?negotiateVersion=1")).Status);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await staff.PostBareAsync("/no-such-page")).Status);
    }

    [TestMethod]
    public async Task Page_ThatAsksByItself_KeepsNoSessionAlive()
    {
        var time = new SetTime();
        var portal = await SeededPortal.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        await using var running = portal.Portal;
        using var staff = await portal.SignedInAsync(SeededPortal.Owner);

        Task<DateTime> EndAsync() => portal.Portal.Database.ScalarAsync<DateTime>("select max(expires_at) from user_sessions");

        var end = await EndAsync();
        time.Advance(TimeSpan.FromHours(8)); // of twelve: use prolongs it now
        Assert.AreEqual(HttpStatusCode.OK, (await staff.GetAsync("/admin/live/now")).Status);
        Assert.AreEqual(end, await EndAsync());
        Assert.AreEqual(HttpStatusCode.OK, (await staff.GetAsync("/admin/live")).Status);
        Assert.AreNotEqual(end, await EndAsync());
    }

    private static async Task<string> NotedAsync(SeededPortal portal, SeededCustomer customer) => string.Join(", ",
        (await portal.Portal.UseAsync((AuditQueries audit) => audit.ListAsync(
            new(Scope.Staff, customer.Id, Object: AuditQueries.CustomerViews), new(), default))).Items
        .Select(entry => $"{entry.Author} {entry.Change}"));

    /// <summary>The table of docs/roles.md: whether an owner of a customer's account may, and whether everybody.</summary>
    private static IEnumerable<(string Method, string Path, bool Customers, bool Anyone)> Rows() =>
        File.ReadLines(Path.Combine(Checkout.Root, "docs", "roles.md"))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length > 10 && cells[1].StartsWith('`'))
            .Select(cells => (cells[1].Trim('`').Split(' '), cells[7] == "x", cells[2] == "x"))
            .Select(row => (row.Item1[0], row.Item1[1], row.Item2, row.Item3));

    [GeneratedRegex(@"\{\w+:long\}")]
    private static partial Regex AnyId();
}
