using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.Accounts;

[TestClass]
public sealed class InvitationTests
{
    private const string Bob = "bob@shop.example";

    private static async Task<SeededPortal> StartAsync(SignUpMode mode = SignUpMode.Invitation, string? terms = null)
    {
        var portal = await MailingPortal.StartAsync();
        await portal.Portal.UseAsync((SetSignUp set) => set.ExecuteAsync(new(mode, null, terms), default));
        return portal;
    }

    private static async Task<long> AddAsync(SeededPortal portal) => (await portal.Portal.UseAsync((CreateCustomer create) =>
        create.ExecuteAsync(new(Bob, "Bob"), default))).Value.Id;

    private static Dictionary<string, string> Choosing(string link, string chosen = RunningPortal.Password) => new()
    {
        ["Token"] = MailingPortal.TokenOf(link), ["NewPassword"] = chosen, ["Repeated"] = chosen,
    };

    [TestMethod]
    public async Task Invitation_SentWithANewCustomer_LetsThemChooseAPasswordOnce()
    {
        var portal = await StartAsync(terms: "https://shop.example/terms");
        await using var running = portal.Portal;
        using var staff = await portal.SignedInAsync(SeededPortal.Operator);
        Assert.Contains("name=\"Invite\"", (await staff.GetAsync("/admin/customers/new")).Body);

        var added = await staff.FollowAsync(await staff.PostAsync("/admin/customers/new",
            new() { ["Email"] = Bob, ["Name"] = "Bob", ["Invite"] = "true" }));
        Assert.Contains($"Invitation sent to {Bob}. Valid for 7 days.", added.Text);
        string link = await portal.MailedLinkAsync(Bob, "invitation");
        using var visitor = portal.Anyone();
        Assert.Contains($"Choose a password for {Bob}", (await visitor.GetAsync(link)).Text);
        Assert.Contains("id=\"AgreesToTerms-error\"", (await visitor.PostAsync("/invitation", Choosing(link))).Body);
        var agreed = Choosing(link, "short");
        agreed["AgreesToTerms"] = "true";
        Assert.Contains("id=\"NewPassword-error\"", (await visitor.PostAsync("/invitation", agreed)).Body);
        agreed = new(Choosing(link)) { ["AgreesToTerms"] = "true" };

        var welcomed = await visitor.FollowAsync(await visitor.FollowAsync(await visitor.PostAsync("/invitation", agreed)));

        Assert.Contains("Welcome: your account is ready.", welcomed.Text);
        using var later = portal.Anyone();
        Assert.Contains("This invitation no longer works", (await later.PostAsync("/invitation", agreed)).Text);
        await later.SignInAsync(Bob);
    }

    [TestMethod]
    public async Task Invitation_SentAgain_EndsTheOneBefore()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        long bob = await AddAsync(portal);
        using var staff = await portal.SignedInAsync(SeededPortal.Operator);
        await staff.PostAsync($"/admin/customers/{bob}/invite");
        string first = await portal.MailedLinkAsync(Bob, "invitation");
        await staff.PostAsync($"/admin/customers/{bob}/invite");
        string second = await portal.MailedLinkAsync(Bob, "invitation");
        using var visitor = portal.Anyone();

        Assert.Contains("no longer works", (await visitor.PostAsync("/invitation", Choosing(first))).Text);
        await running.Database.ExecuteAsync("update invitations set expires_at = expires_at - interval '7 days'");
        Assert.Contains("no longer works", (await visitor.PostAsync("/invitation", Choosing(second))).Text);
        await running.Database.ExecuteAsync("update invitations set expires_at = expires_at + interval '7 days'");
        Assert.AreEqual("/", (await visitor.PostAsync("/invitation", Choosing(second))).Location);
        Assert.Contains("has an account already",
            (await staff.FollowAsync(await staff.PostAsync($"/admin/customers/{bob}/invite"))).Text);
    }

    [TestMethod]
    public async Task Invitation_WhereTheyAreOff_IsRefusedInWords()
    {
        var portal = await StartAsync(SignUpMode.Off);
        await using var running = portal.Portal;
        long bob = await AddAsync(portal);
        using var staff = await portal.SignedInAsync(SeededPortal.Operator);

        Assert.DoesNotContain("name=\"Invite\"", (await staff.GetAsync("/admin/customers/new")).Body);
        Assert.Contains("Invitations are off",
            (await staff.FollowAsync(await staff.PostAsync($"/admin/customers/{bob}/invite"))).Text);
        Assert.AreEqual(0, await portal.CountMailsAsync(Bob, "invitation"));
    }

    [TestMethod]
    public async Task Invitation_OfACustomerWhoWasRemoved_IsOver()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        long bob = await AddAsync(portal);
        await running.UseAsync((InviteCustomer invite) => invite.ExecuteAsync(new(bob), default));
        string link = await portal.MailedLinkAsync(Bob, "invitation");

        await running.UseAsync((RemoveCustomer remove) => remove.ExecuteAsync(new(bob), default));

        using var visitor = portal.Anyone();
        Assert.AreEqual(HttpStatusCode.BadRequest, (await visitor.PostAsync("/invitation", Choosing(link))).Status);
        Assert.AreEqual(0, await running.Database.ScalarAsync<long>($"select count(*) from users where email = '{Bob}'"));
    }
}
