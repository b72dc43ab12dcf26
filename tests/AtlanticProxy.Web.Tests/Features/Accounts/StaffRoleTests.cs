using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.Accounts;

/// <summary>Roles of an owner's own, and what they open.</summary>
[TestClass]
public sealed class StaffRoleTests
{
    private const string Page = "/admin/staff/roles";

    /// <summary>A page that each area opens to who reads it; null where reading is nothing.</summary>
    private static readonly Dictionary<Area, string?> Reading = new()
    {
        [Area.Customers] = "GET /admin/customers", [Area.Help] = null, [Area.Money] = "GET /admin/payments",
        [Area.Bookkeeping] = null, [Area.Plans] = "GET /admin/plans", [Area.Prices] = "GET /admin/coupons",
        [Area.Network] = "GET /admin/pools", [Area.Rules] = "GET /admin/rules", [Area.Operations] = "GET /admin/certificate",
        [Area.Audit] = "GET /admin/audit", [Area.Settings] = "GET /admin/settings/brand",
    };

    /// <summary>And one to who writes it.</summary>
    private static readonly Dictionary<Area, string?> Writing = new()
    {
        [Area.Customers] = "GET /admin/customers/new", [Area.Help] = "GET /admin/settings/mail",
        [Area.Money] = "GET /admin/payments/transfer", [Area.Bookkeeping] = "GET /admin/invoices/export",
        [Area.Plans] = "GET /admin/plans/new", [Area.Prices] = "GET /admin/coupons/new", [Area.Network] = "GET /admin/pools/new",
        [Area.Rules] = "GET /admin/rules/new", [Area.Operations] = "POST /admin/certificate/retry", [Area.Audit] = null,
        [Area.Settings] = "POST /admin/settings/brand",
    };

    private static readonly string[] OwnersOnly =
    [
        "/admin/staff", "/admin/gateways", "/admin/settings/mail/server", "/admin/settings/webhooks", "/admin/import",
        "/admin/customers/1/reseller", "/admin/customers/1/anonymise",
    ];

    private static Dictionary<string, string> Form(string name, Access access, params (Area Area, Access Access)[] but)
    {
        var fields = new Dictionary<string, string> { ["Name"] = name };
        foreach (var area in Enum.GetValues<Area>())
            fields[$"{area}"] = $"{StaffRights.LevelsOf(area).Where(level => level <= access).Max()}";
        foreach (var (area, level) in but)
            fields[$"{area}"] = $"{level}";
        return fields;
    }

    private static async Task<Visitor> PersonAsync(SeededPortal portal, string email, string role)
    {
        await portal.Portal.AddStaffAsync(email, role);
        return await portal.SignedInAsync(email);
    }

    private static async Task<bool> MayAsync(Visitor visitor, string action)
    {
        string[] parts = action.Split(' ');
        return (parts[0] == "GET" ? await visitor.GetAsync(parts[1]) : await visitor.PostAsync(parts[1])).Status
            != HttpStatusCode.Forbidden;
    }

    [TestMethod]
    [DataRow(Access.None), DataRow(Access.Read), DataRow(Access.Write)]
    public async Task Role_OfEachLevel_OpensWhatItsAreasSay(Access access)
    {
        var portal = await SeededPortal.SharedAsync();
        string name = $"All {access}";
        var areas = Enum.GetValues<Area>().Select(area =>
            KeyValuePair.Create(area, StaffRights.LevelsOf(area).Where(level => level <= access).Max()));
        Assert.IsTrue((await portal.Portal.UseAsync((AddStaffRole add) =>
            add.ExecuteAsync(new(name, StaffRights.Of(areas)), default))).IsSuccess);
        using var person = await PersonAsync(portal, $"all.{access}@test.example".ToLowerInvariant(), name);

        await ExpectAsync(person, StaffRights.Of(areas), name);
        foreach (string page in OwnersOnly)
            Assert.AreEqual(HttpStatusCode.Forbidden, (await person.GetAsync(page)).Status, page);
        Assert.AreEqual(HttpStatusCode.OK, (await person.GetAsync("/admin")).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await person.GetAsync("/security")).Status);
    }

    public static IEnumerable<object[]> EachAlone() => Enum.GetValues<Area>().SelectMany(area =>
        StaffRights.LevelsOf(area).Where(level => level != Access.None).Select(level => new object[] { area, level }));

    [TestMethod, DynamicData(nameof(EachAlone))]
    public async Task Role_OfOneArea_OpensThatAndNothingElse(Area area, Access access)
    {
        var portal = await SeededPortal.SharedAsync();
        var rights = StaffRights.Of([new(area, access)]);
        Assert.IsTrue((await portal.Portal.UseAsync((AddStaffRole add) =>
            add.ExecuteAsync(new($"{area} {access}", rights), default))).IsSuccess);
        using var person = await PersonAsync(portal, $"{area}.{access}@test.example".ToLowerInvariant(), $"{area} {access}");

        await ExpectAsync(person, rights, $"{area} {access}");
    }

    /// <summary>That pages open by the rights, and that the menu has only pages that do.</summary>
    private static async Task ExpectAsync(Visitor person, StaffRights rights, string name)
    {
        string menu = (await person.GetAsync("/admin")).Body;
        foreach (var area in Enum.GetValues<Area>())
            foreach (var (level, actions) in new[] { (Access.Read, Reading), (Access.Write, Writing) })
                if (actions[area] is { } action)
                    Assert.AreEqual(rights.Allows(area, level), await MayAsync(person, action), $"{name}: {action}");
        foreach (string page in (string[])["/admin/customers", "/admin/proxy-users", "/admin/announcements", "/admin/orders",
            "/admin/payments", "/admin/invoices", "/admin/plans", "/admin/coupons", "/admin/reconciliation", "/admin/providers",
            "/admin/pools", "/admin/rules", "/admin/live", "/admin/certificate", "/admin/audit", "/admin/gateways",
            "/admin/settings/brand", "/admin/settings/invoices", "/admin/settings/sign-up", "/admin/staff",
            "/admin/settings/webhooks", "/admin/import"])
            Assert.AreEqual(await MayAsync(person, $"GET {page}"), menu.Contains($"href=\"{page}\""), $"{name}: {page}");
    }

    [TestMethod]
    public async Task Role_CopiedFromSupport_HasItsRights_AndAreasThatAreSwitched()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        string form = (await owner.GetAsync($"{Page}/new?from=Support")).Text;
        Assert.Contains("Copy of Support", form);
        Assert.Contains("Copy of Support", (await owner.GetAsync($"{Page}/new?from=nobody")).Text);
        Assert.Contains("id=\"Name-error\"", (await owner.PostAsync($"{Page}/new", Form("", Access.Read))).Body);
        Assert.Contains("id=\"Name-error\"", (await owner.PostAsync($"{Page}/new", Form("owner", Access.Read))).Body);
        Assert.Contains("id=\"Audit-error\"",
            (await owner.PostAsync($"{Page}/new", Form("Night", Access.Read, (Area.Audit, Access.Write)))).Body);

        var added = await owner.FollowAsync(await owner.PostAsync($"{Page}/new", Form("Night", Access.Read)));

        Assert.Contains("Role Night added.", added.Text);
        Assert.Contains(">Night</a>", added.Body);
        using var person = await PersonAsync(portal, "night@test.example", "night");
        Assert.AreEqual(HttpStatusCode.OK, (await person.GetAsync("/admin/rules")).Status);
        Assert.DoesNotContain("/admin/rules/new", (await person.GetAsync("/admin/rules")).Body);
        Assert.Contains("Night", (await person.GetAsync("/admin")).Text);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await person.GetAsync("/admin/rules/new")).Status);
    }

    [TestMethod]
    public async Task Role_Changed_ShowsThePagesFirst_AndSignsItsPeopleOut()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        await owner.PostAsync($"{Page}/new", Form("Night", Access.None, (Area.Money, Access.Read)));
        long id = await running.Database.ScalarAsync<long>("select id from roles where name = 'Night'");
        using var person = await PersonAsync(portal, "night@test.example", "Night");
        Assert.AreEqual(HttpStatusCode.OK, (await person.GetAsync("/admin/payments")).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await owner.GetAsync($"{Page}/{id}")).Status);
        var wanted = Form("Late shift", Access.None, (Area.Rules, Access.Write));

        string preview = (await owner.PostAsync($"{Page}/{id}", wanted)).Text;

        Assert.Contains("1 person has it", preview);
        Assert.Contains("Pages gained", preview);
        Assert.Contains("Rules and lists", preview);
        Assert.Contains("Orders, Payments, Invoices, Reconciliation", preview);
        Assert.AreEqual(HttpStatusCode.OK, (await person.GetAsync("/admin/payments")).Status, "nothing is saved yet");
        wanted["seen"] = "true";
        Assert.Contains("Late shift is changed", (await owner.FollowAsync(await owner.PostAsync($"{Page}/{id}", wanted))).Text);
        Assert.StartsWith("/sign-in", (await person.GetAsync("/admin")).Location);
        await person.SignInAsync("night@test.example");
        Assert.AreEqual(HttpStatusCode.Forbidden, (await person.GetAsync("/admin/payments")).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await person.GetAsync("/admin/rules/new")).Status);
        Assert.Contains("No changes", (await owner.FollowAsync(await owner.PostAsync($"{Page}/{id}", wanted))).Text);
        Assert.Contains("id=\"Rules-error\"", (await owner.PostAsync($"{Page}/{id}", new() { ["Name"] = "x" })).Body);
        wanted["Name"] = "SUPPORT";
        Assert.Contains("a role with this name already", (await owner.PostAsync($"{Page}/{id}", wanted)).Text);
        Assert.Contains("Somebody has this role", (await owner.FollowAsync(await owner.PostAsync($"{Page}/{id}/remove"))).Text);
        await running.Database.ExecuteAsync("update users set role = 'Support' where role = 'Late shift'");
        Assert.AreEqual(HttpStatusCode.OK, (await owner.GetAsync($"{Page}/{id}/remove")).Status);
        Assert.Contains("Late shift is removed", (await owner.FollowAsync(await owner.PostAsync($"{Page}/{id}/remove"))).Text);
        Assert.Contains("Role “Late shift” removed", (await owner.GetAsync("/admin/audit")).Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await owner.PostAsync($"{Page}/{id}", wanted)).Status);
    }

    [TestMethod]
    public async Task Role_ChangedMeanwhile_IsSaidAndNotSaved()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        await owner.PostAsync($"{Page}/new", Form("Night", Access.Read));
        long id = await running.Database.ScalarAsync<long>("select id from roles where name = 'Night'");
        string version = (await owner.GetAsync($"{Page}/{id}")).Body.Split("name=\"version\" value=\"")[1].Split('"')[0];
        await running.Database.ExecuteAsync("update roles set rights = '{money:write}' where name = 'Night'");
        var form = Form("Night", Access.None);
        form["version"] = version;

        var answer = await owner.PostAsync($"{Page}/{id}", form);

        Assert.AreEqual(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("somebody changed this in the meantime", answer.Text);
    }
}
