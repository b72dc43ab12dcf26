using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>Who gets into setup, what it never does, and its end.</summary>
[TestClass]
public sealed class SetupTests
{
    private const string Email = "owner@harbour.example";

    private static readonly string[] Steps =
        ["/setup/owner", "/setup/brand", "/setup/host", "/setup/provider", "/setup/plan", "/setup/done"];

    private static async Task<string> TokenAsync(RunningPortal portal) => (await portal.UseAsync<IssueSetupToken,
        Result<SetupToken>>(issue => issue.ExecuteAsync(CancellationToken.None))).Value.Text;

    private static async Task<Visitor> LetInAsync(RunningPortal portal)
    {
        var visitor = new Visitor(portal.Address);
        var entered = await visitor.PostAsync("/setup", new() { ["token"] = await TokenAsync(portal) });
        Assert.AreEqual("/setup", entered.Location, entered.Text);
        return visitor;
    }

    private static Dictionary<string, string> Owner(string password, string? repeated = null) =>
        new() { ["Email"] = Email, ["Password"] = password, ["Repeated"] = repeated ?? password };

    [TestMethod]
    public async Task Steps_WithoutAToken_LeadToTheFirstPage()
    {
        await using var portal = await RunningPortal.StartAsync();
        using var visitor = new Visitor(portal.Address);

        foreach (string step in Steps)
            Assert.AreEqual("/setup", (await visitor.GetAsync(step)).Location, step);
        Assert.AreEqual("/setup", (await visitor.PostAsync("/setup/owner", Owner(RunningPortal.Password))).Location);
        Assert.IsFalse(await portal.UseAsync<AccountQueries, bool>(accounts => accounts.AnyOwnerAsync(default)));
    }

    [TestMethod]
    public async Task Token_WrongOrUsedOrVoid_IsRefusedAlike()
    {
        await using var portal = await RunningPortal.StartAsync();
        string first = await TokenAsync(portal), second = await TokenAsync(portal);
        using var visitor = new Visitor(portal.Address);
        using var other = new Visitor(portal.Address);

        foreach (string wrong in new[] { "", "guess", first })
            Assert.Contains("This token is wrong", (await visitor.PostAsync("/setup", new() { ["token"] = wrong })).Text, wrong);
        Assert.AreEqual("/setup", (await visitor.PostAsync("/setup", new() { ["token"] = second })).Location);
        Assert.Contains("This token is wrong", (await other.PostAsync("/setup", new() { ["token"] = second })).Text);
        Assert.AreEqual("/setup/owner", (await visitor.GetAsync("/setup")).Location);
        await TokenAsync(portal);
        Assert.AreEqual(HttpStatusCode.OK, (await visitor.GetAsync("/setup")).Status, "a newer token ends the browser's right");
    }

    [TestMethod]
    public async Task Token_GuessedTooOften_IsSlowedDown()
    {
        await using var portal = await RunningPortal.StartAsync(options => options.SignInsPerAccount = 2);
        using var visitor = new Visitor(portal.Address);
        for (int i = 0; i < 2; i++)
            await visitor.PostAsync("/setup", new() { ["token"] = "guess" });

        var answer = await visitor.PostAsync("/setup", new() { ["token"] = await TokenAsync(portal) });

        Assert.AreEqual(HttpStatusCode.TooManyRequests, answer.Status);
    }

    [TestMethod]
    public async Task Owner_IsMadeOnce_AndSignedIn()
    {
        await using var portal = await RunningPortal.StartAsync();
        using var visitor = await LetInAsync(portal);

        Assert.Contains("The two passwords differ", (await visitor.PostAsync("/setup/owner", Owner("abc", "abd"))).Text);
        Assert.AreEqual(HttpStatusCode.BadRequest, (await visitor.PostAsync("/setup/owner", Owner("short"))).Status);
        Assert.AreEqual("/setup/brand", (await visitor.PostAsync("/setup/owner", Owner(RunningPortal.Password))).Location);
        Assert.AreEqual(HttpStatusCode.OK, (await visitor.GetAsync("/admin")).Status);

        var again = await visitor.PostAsync("/setup/owner", new(Owner("another-deep-blue-swell")) { ["Email"] = "b@b.example" });
        Assert.AreEqual(HttpStatusCode.Conflict, again.Status);
        Assert.AreEqual(1, (await portal.UseAsync<AccountQueries, IReadOnlyList<AccountSummary>>(
            accounts => accounts.ListAsync(null, default))).Count);
        using var owner = new Visitor(portal.Address);
        await owner.SignInAsync(Email);
    }

    [TestMethod]
    public async Task Setup_Finished_IsNotThere()
    {
        await using var portal = await RunningPortal.StartAsync();
        using var visitor = await LetInAsync(portal);
        Assert.AreEqual("/setup", (await visitor.PostAsync("/setup/finish")).Location, "not without an owner");
        await visitor.PostAsync("/setup/owner", Owner(RunningPortal.Password));

        Assert.AreEqual("/admin", (await visitor.PostAsync("/setup/finish")).Location);

        using var stranger = new Visitor(portal.Address);
        foreach (var who in new[] { visitor, stranger })
        {
            foreach (string step in Steps.Prepend("/setup"))
                Assert.AreEqual(HttpStatusCode.NotFound, (await who.GetAsync(step)).Status, step);
            foreach (string post in new[] { "/setup", "/setup/owner", "/setup/brand", "/setup/trial", "/setup/finish" })
                Assert.AreEqual(HttpStatusCode.NotFound, (await who.PostBareAsync(post)).Status, post);
        }
    }

    [TestMethod]
    public async Task Certificate_WithoutAgreement_IsRefusedBesideItsField()
    {
        await using var portal = await RunningPortal.StartAsync();
        using var visitor = await LetInAsync(portal);

        var refused = await visitor.PostAsync("/setup/host", new() { ["HostName"] = "proxy.harbour.example",
            ["Certificate"] = "true", ["Email"] = Email });

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("needs your agreement", refused.Text);
        Assert.IsNull((await portal.UseAsync<SiteQueries, SiteSettings>(site => site.SettingsAsync(default))).HostName);
    }

    [TestMethod]
    [DataRow("/sign-in"), DataRow("/admin"), DataRow("/error/404")]
    public async Task Banner_WhenSet_StandsOnEveryPage(string page)
    {
        var portal = await SeededPortal.StartAsync(options => options.Banner = "Staging & trials");
        await using var running = portal.Portal;
        using var visitor = page == "/admin" ? await portal.SignedInAsync(SeededPortal.Owner) : portal.Anyone();

        Assert.Contains("<p class=\"banner\" role=\"note\">Staging &amp; trials</p>", (await visitor.GetAsync(page)).Body);
    }
}
