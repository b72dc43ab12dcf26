using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.Accounts;

/// <summary>Who works here: invited, given another role, signed out, removed.</summary>
[TestClass]
public sealed class StaffPageTests
{
    private const string Bob = "bob@staff.example", Page = "/admin/staff";

    private static Task<long> IdAsync(SeededPortal portal, string email) =>
        portal.Portal.Database.ScalarAsync<long>($"select id from users where email = '{email}'");

    private static Dictionary<string, string> Inviting(string email, string role) => new() { ["Email"] = email, ["Role"] = role };

    private static async Task<string> AuditAsync(SeededPortal portal, string table) => string.Join(", ",
        (await portal.Portal.UseAsync((AuditQueries audit) => audit.ListAsync(new(Scope.Staff, Object: table), new(), default)))
        .Items.Select(entry => $"{entry.Change} {entry.Label} by {entry.Author}"));

    [TestMethod]
    public async Task Invited_ChoosesAPassword_AndIsOneOfTheStaff()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        Assert.Contains("value=\"Finance\"", (await owner.GetAsync($"{Page}/invite")).Body);
        var customer = await portal.AddCustomerAsync();
        Assert.Contains("There is no role “Emperor”",
            (await owner.PostAsync($"{Page}/invite", Inviting(Bob, "Emperor"))).Text);
        Assert.Contains("one of the staff already",
            (await owner.PostAsync($"{Page}/invite", Inviting(SeededPortal.Support, "Support"))).Text);
        Assert.Contains("signs in for a customer",
            (await owner.PostAsync($"{Page}/invite", Inviting(customer.Email, "Support"))).Text);
        Assert.Contains("id=\"Email-error\"", (await owner.PostAsync($"{Page}/invite", Inviting("bob", "Support"))).Body);

        var sent = await owner.FollowAsync(await owner.PostAsync($"{Page}/invite", Inviting(Bob, "Finance")));

        Assert.Contains($"Invitation sent to {Bob}. Valid for 7 days.", sent.Text);
        string link = await portal.MailedLinkAsync(Bob, "staff_invitation");
        using var bob = portal.Anyone();
        Assert.Contains($"{SeededPortal.Owner} invites you to the staff, with the role Finance.",
            (await bob.GetAsync(link)).Text);
        var welcome = await bob.FollowAsync(await bob.FollowAsync(await bob.PostAsync("/invitation", new()
        {
            ["Token"] = MailingPortal.TokenOf(link), ["NewPassword"] = RunningPortal.Password,
            ["Repeated"] = RunningPortal.Password,
        })));
        Assert.Contains("href=\"/admin/payments\"", welcome.Body);
        Assert.DoesNotContain("href=\"/admin/providers\"", welcome.Body);
        string details = (await bob.GetAsync($"/admin/customers/{customer.Id}")).Body;
        Assert.DoesNotContain($"/admin/customers/{customer.Id}/view", details);
        Assert.DoesNotContain("Save note", details);
        Assert.Contains("No notes yet.", details);
        string page = (await owner.GetAsync(Page)).Text;
        Assert.Contains(Bob, page);
        Assert.DoesNotContain("Withdraw the invitation", page);
        Assert.Contains("This invitation no longer works", (await portal.Anyone().GetAsync(link)).Text);
    }

    [TestMethod]
    public async Task Invitation_SentAgainAndWithdrawn_LeavesNoLinkThatWorks()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        await owner.PostAsync($"{Page}/invite", Inviting(Bob, "Support"));
        string first = await portal.MailedLinkAsync(Bob, "staff_invitation");
        long id = await running.Database.ScalarAsync<long>($"select id from invitations where email = '{Bob}'");

        Assert.Contains("Invitation sent to",
            (await owner.FollowAsync(await owner.PostAsync($"{Page}/invitations/{id}/resend"))).Text);
        string second = await portal.MailedLinkAsync(Bob, "staff_invitation");

        Assert.AreNotEqual(first, second);
        using var bob = portal.Anyone();
        Assert.Contains("no longer works", (await bob.GetAsync(first)).Text);
        Assert.Contains("Choose a password", (await bob.GetAsync(second)).Text);
        await owner.PostAsync($"{Page}/invitations/{id}/withdraw");
        Assert.Contains("no longer works", (await bob.GetAsync(second)).Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await owner.PostAsync($"{Page}/invitations/{id}/withdraw")).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await owner.PostAsync($"{Page}/invitations/{id}/resend")).Status);
        Assert.Contains($"Removed {Bob} by {SeededPortal.Owner}", await AuditAsync(portal, "invitations"));
    }

    [TestMethod]
    public async Task Invitation_WithoutMail_OrOfSomebodyWhoIsNoOwnerAnyMore_IsRefused()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        await running.AddStaffAsync("second@test.example", Roles.Owner);
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        using var second = await portal.SignedInAsync("second@test.example");
        Assert.Contains("set the mail server", (await owner.PostAsync($"{Page}/invite", Inviting(Bob, "Support"))).Text);
        await portal.SetMailAsync();
        await second.PostAsync($"{Page}/invite", Inviting(Bob, "Owner"));
        string link = await portal.MailedLinkAsync(Bob, "staff_invitation");

        await owner.PostAsync($"{Page}/{await IdAsync(portal, "second@test.example")}/role", new() { ["Role"] = "Operator" });

        using var bob = portal.Anyone();
        Assert.Contains("no longer works", (await bob.GetAsync(link)).Text);
    }

    [TestMethod]
    public async Task Role_ChangedPersonSignedOutAndRemoved_IsSoAtOnceAndInTheAuditLog()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        using var person = await portal.SignedInAsync(SeededPortal.Support);
        long id = await IdAsync(portal, SeededPortal.Support);
        Assert.Contains("views pages and helps customers", (await owner.GetAsync($"{Page}/{id}/role")).Text);
        Assert.Contains("There is no role", (await owner.PostAsync($"{Page}/{id}/role", new() { ["Role"] = "Customer" })).Text);

        Assert.Contains("now has the role Finance",
            (await owner.FollowAsync(await owner.PostAsync($"{Page}/{id}/role", new() { ["Role"] = "Finance" }))).Text);
        Assert.StartsWith("/sign-in", (await person.GetAsync("/admin")).Location);
        Assert.Contains("No changes",
            (await owner.FollowAsync(await owner.PostAsync($"{Page}/{id}/role", new() { ["Role"] = "Finance" }))).Text);
        await person.SignInAsync(SeededPortal.Support);
        Assert.Contains("is signed out of 1 session",
            (await owner.FollowAsync(await owner.PostAsync($"{Page}/{id}/sessions/end"))).Text);
        Assert.StartsWith("/sign-in", (await person.GetAsync("/admin")).Location);
        Assert.AreEqual($"Removed {SeededPortal.Support} by {SeededPortal.Owner}",
            await AuditAsync(portal, AuditQueries.Sessions));
        Assert.Contains("signed out everywhere", (await owner.GetAsync("/admin/audit")).Text);
        Assert.Contains("signed out immediately", (await owner.GetAsync($"{Page}/{id}/remove")).Text);
        Assert.Contains("is removed",
            (await owner.FollowAsync(await owner.PostAsync($"{Page}/{id}/remove"))).Text);

        foreach (string gone in (string[])["role", "remove"])
        {
            Assert.AreEqual(HttpStatusCode.NotFound, (await owner.GetAsync($"{Page}/{id}/{gone}")).Status);
            Assert.AreEqual(HttpStatusCode.NotFound, (await owner.PostAsync($"{Page}/{id}/{gone}")).Status);
        }
        Assert.AreEqual(HttpStatusCode.NotFound, (await owner.PostAsync($"{Page}/{id}/sessions/end")).Status);
        Assert.Contains($"Removed {SeededPortal.Support} by {SeededPortal.Owner}", await AuditAsync(portal, "users"));
    }

    [TestMethod]
    public async Task LastOwner_HasNoButtons_AndIsToldWhyNot()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        await running.Database.ExecuteAsync("delete from users where role <> 'Owner'");
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        long id = await IdAsync(portal, SeededPortal.Owner);

        var page = await owner.GetAsync(Page);

        Assert.Contains("You are the only one. Add a second owner for emergencies.", page.Text);
        Assert.DoesNotContain($"{Page}/{id}/remove", page.Body);
        Assert.Contains("only owner", (await owner.FollowAsync(await owner.PostAsync($"{Page}/{id}/remove"))).Text);
        Assert.Contains("only owner", (await owner.PostAsync($"{Page}/{id}/role", new() { ["Role"] = "Support" })).Text);
    }

    [TestMethod]
    public async Task SecondFactor_RequiredOfStaff_ShowsTheDaysThatAreLeft()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        await owner.PostAsync($"{Page}/second-factor", new() { ["required"] = "true" });
        await running.Database.ExecuteAsync($"""
            update site set staff_second_factor_since = staff_second_factor_since - interval '4 days';
            update users set created_at = created_at - interval '9 days' where email <> '{SeededPortal.Support}'
            """);

        string page = (await owner.GetAsync(Page)).Text;

        Assert.Contains("3 days left to turn it on", page);
        Assert.Contains("7 days left to turn it on", page);
    }

    [TestMethod]
    [DataRow("invite"), DataRow("role"), DataRow("remove")]
    public async Task Changes_WithoutAFreshSignIn_AskWhoItIs(string what)
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        long id = await IdAsync(portal, SeededPortal.Support);
        await running.Database.ExecuteAsync("update user_sessions set confirmed_at = confirmed_at - interval '11 minutes'");

        var asked = await owner.PostAsync(what == "invite" ? $"{Page}/invite" : $"{Page}/{id}/{what}",
            new() { ["Email"] = Bob, ["Role"] = Roles.Owner });

        Assert.Contains("name=\"StepUpAnswer\"", asked.Body);
        Assert.AreEqual("Support", await running.Database.ScalarAsync<string>($"select role from users where id = {id}"));
    }
}
