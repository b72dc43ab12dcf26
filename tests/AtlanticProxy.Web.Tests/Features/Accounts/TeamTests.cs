using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.Accounts;

[TestClass]
public sealed class TeamTests
{
    private const string Bob = "bob@team.example";

    private static Task<long> IdAsync(SeededPortal portal, string email) =>
        portal.Portal.Database.ScalarAsync<long>($"select id from users where email = '{email}'");

    private static Dictionary<string, string> Inviting(string email, string role) => new() { ["Email"] = email, ["Role"] = role };

    [TestMethod]
    public async Task Invited_ChoosesAPassword_AndHasTheRoleThatWasGiven()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync("Harbour Ltd");
        using var owner = await portal.SignedInAsync(customer.Email);
        Assert.Contains("Only you can sign in.", (await owner.GetAsync("/team")).Text);
        Assert.Contains("id=\"Role-error\"", (await owner.PostAsync("/team/invite", Inviting(Bob, "Emperor"))).Body);

        var sent = await owner.FollowAsync(await owner.PostAsync("/team/invite", Inviting(Bob, "Developer")));

        Assert.Contains($"Invitation sent to {Bob}. Valid for 7 days.", sent.Text);
        Assert.Contains($"Withdraw the invitation to {Bob}", sent.Text);
        string link = await portal.MailedLinkAsync(Bob, "team_invitation");
        using var bob = portal.Anyone();
        Assert.Contains($"{customer.Email} invites you to Harbour Ltd, as Developer.", (await bob.GetAsync(link)).Text);
        var welcome = await bob.FollowAsync(await bob.FollowAsync(await bob.PostAsync("/invitation", new()
        {
            ["Token"] = MailingPortal.TokenOf(link), ["NewPassword"] = RunningPortal.Password,
            ["Repeated"] = RunningPortal.Password,
        })));
        Assert.Contains("href=\"/endpoints\"", welcome.Body);
        Assert.DoesNotContain("href=\"/plans\"", welcome.Body);
        Assert.DoesNotContain("href=\"/team\"", welcome.Body);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await bob.GetAsync("/invoices")).Status);
        Assert.DoesNotContain("Withdraw the invitation", (await owner.GetAsync("/team")).Text);
    }

    [TestMethod]
    public async Task Withdrawn_TheLinkOpensNothing()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(customer.Email);
        await owner.PostAsync("/team/invite", Inviting(Bob, "Viewer"));
        string link = await portal.MailedLinkAsync(Bob, "team_invitation");
        long id = await running.Database.ScalarAsync<long>($"select id from invitations where email = '{Bob}'");

        await owner.PostAsync($"/team/invitations/{id}/withdraw");

        using var bob = portal.Anyone();
        Assert.Contains("This invitation no longer works", (await bob.GetAsync(link)).Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await owner.PostAsync($"/team/invitations/{id}/withdraw")).Status);
    }

    [TestMethod]
    public async Task Role_ChangedOrPersonRemoved_EndsTheirSessionsAtOnce()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        string email = await portal.AddMemberAsync(customer, MemberRole.Viewer);
        long id = await IdAsync(portal, email);
        using var owner = await portal.SignedInAsync(customer.Email);
        using var person = await portal.SignedInAsync(email);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await person.GetAsync("/endpoints")).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await owner.GetAsync($"/team/{id}/role")).Status);

        var changed = await owner.FollowAsync(await owner.PostAsync($"/team/{id}/role", new() { ["Role"] = "Developer" }));

        Assert.Contains($"{email} now has the role Developer", changed.Text);
        Assert.StartsWith("/sign-in?", (await person.GetAsync("/overview")).Location);
        await person.SignInAsync(email);
        Assert.AreEqual(HttpStatusCode.OK, (await person.GetAsync("/endpoints")).Status);
        Assert.Contains("signed out at once", (await owner.GetAsync($"/team/{id}/remove")).Text);
        await owner.PostAsync($"/team/{id}/remove");
        Assert.StartsWith("/sign-in?", (await person.GetAsync("/overview")).Location);
        Assert.DoesNotContain(email, (await owner.GetAsync("/team")).Text.Replace($"{email} is removed", ""));
    }

    [TestMethod]
    public async Task LastOwner_Leaving_IsToldWhyNot()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(customer.Email);
        long id = await IdAsync(portal, customer.Email);

        Assert.DoesNotContain($"/team/{id}/", (await owner.GetAsync("/team")).Body);
        Assert.Contains("Make another person an owner first.",
            (await owner.FollowAsync(await owner.PostAsync($"/team/{id}/remove"))).Text);
        Assert.Contains("Make another person an owner first.",
            (await owner.PostAsync($"/team/{id}/role", new() { ["Role"] = "Admin" })).Text);
    }

    [TestMethod]
    public async Task Admin_SeesNoButtonsForOwners_AndIsRefused()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        await portal.AddMemberAsync(customer, MemberRole.Owner);
        using var admin = await portal.SignedInAsync(await portal.AddMemberAsync(customer, MemberRole.Admin));
        long owner = await IdAsync(portal, customer.Email);

        string page = (await admin.GetAsync("/team")).Body;

        Assert.DoesNotContain($"/team/{owner}/role", page);
        Assert.DoesNotContain("/team/second-factor", page);
        Assert.DoesNotContain("value=\"Owner\"", (await admin.GetAsync("/team/invite")).Body);
        Assert.AreEqual(HttpStatusCode.Forbidden,
            (await admin.PostAsync($"/team/{owner}/role", new() { ["Role"] = "Viewer" })).Status);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await admin.PostAsync("/team/invite", Inviting(Bob, "Owner"))).Status);
    }

    [TestMethod]
    public async Task Person_OfAnotherCustomer_IsNotFound()
    {
        var portal = await SeededPortal.SharedAsync();
        var mine = await portal.AddCustomerAsync();
        var theirs = await portal.AddCustomerAsync();
        string email = await portal.AddMemberAsync(theirs, MemberRole.Viewer);
        long id = await IdAsync(portal, email);
        using var me = await portal.SignedInAsync(mine.Email);
        using var person = await portal.SignedInAsync(email);

        Assert.DoesNotContain(email, (await me.GetAsync("/team")).Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await me.GetAsync($"/team/{id}/role")).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await me.GetAsync($"/team/{id}/remove")).Status);
        Assert.AreEqual(HttpStatusCode.NotFound,
            (await me.PostAsync($"/team/{id}/role", new() { ["Role"] = "Owner" })).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await me.PostAsync($"/team/{id}/remove")).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await person.GetAsync("/overview")).Status, "still signed in");
    }

    [TestMethod]
    public async Task SecondFactor_RequiredOfTheTeam_IsAskedForAfterItsGrace()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(customer.Email);
        using var viewer = await portal.SignedInAsync(await portal.AddMemberAsync(customer, MemberRole.Viewer));

        await owner.PostAsync("/team/second-factor", new() { ["required"] = "true" });

        Assert.Contains("Your team needs a second factor from", (await viewer.GetAsync("/overview")).Text);
        await portal.Portal.Database.ExecuteAsync($"""
            update customers set second_factor_since = second_factor_since - interval '7 days' where id = {customer.Id};
            update users set created_at = created_at - interval '7 days' where customer_id = {customer.Id}
            """);
        Assert.AreEqual("/security/second-factor", (await viewer.GetAsync("/overview")).Location);
        Assert.Contains("Your team needs a second factor", (await viewer.GetAsync("/security/second-factor")).Text);
    }

    [TestMethod]
    [DataRow(MemberRole.Viewer, "/locations /usage /activity"), DataRow(MemberRole.Billing, "/usage /plans")]
    [DataRow(MemberRole.Developer, "/endpoints /locations /credentials /usage /activity")]
    [DataRow(MemberRole.Admin, "/endpoints /locations /credentials /usage /activity /plans /team")]
    public async Task Menu_OfEachRole_LeadsOnlyWhereTheyMay(MemberRole role, string entries)
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var person = await portal.SignedInAsync(await portal.AddMemberAsync(customer, role));
        string[] all = ["/endpoints", "/locations", "/credentials", "/usage", "/activity", "/plans", "/team"];

        string page = (await person.GetAsync("/overview")).Body;

        CollectionAssert.AreEqual(entries.Split(' '), all.Where(path => page.Contains($"href=\"{path}\"")).ToArray());
        foreach (string path in entries.Split(' ').Append("/security"))
            Assert.AreEqual(HttpStatusCode.OK, (await person.GetAsync(path)).Status, path);
    }
}
