using System.Net;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Features.Accounts;

[TestClass]
public sealed class PasskeyTests
{
    private const string Add = "/security/passkeys/new";

    private static async Task<string> OptionsAsync(Visitor visitor, string path)
    {
        if (!visitor.Http.DefaultRequestHeaders.Contains("Origin")) // as browsers send it
            visitor.Http.DefaultRequestHeaders.Add("Origin", visitor.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        var options = await visitor.PostAsync(path);
        Assert.AreEqual(HttpStatusCode.OK, options.Status, options.Text);
        return options.Body;
    }

    private static async Task<Answer> AddAsync(Visitor visitor, SoftwarePasskey passkey, string name = "Laptop") =>
        await visitor.PostAsync(Add, new()
        {
            ["Name"] = name, ["Credential"] = passkey.Create(await OptionsAsync(visitor, "/security/passkeys/options")),
        });

    private static async Task<Answer> SignInAsync(Visitor visitor, SoftwarePasskey passkey, string returnUrl = "") =>
        await visitor.PostAsync("/sign-in/passkey", new()
        {
            ["Credential"] = passkey.Get(await OptionsAsync(visitor, "/sign-in/passkey/options")), ["ReturnUrl"] = returnUrl,
        });

    [TestMethod]
    [DataRow(false), DataRow(true)]
    public async Task Synced_ItsPageSaysSo(bool isUsed)
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var passkey = new SoftwarePasskey(portal.Portal.Address);
        using var visitor = await portal.SignedInAsync(customer.Email);
        await AddAsync(visitor, passkey);
        using var another = portal.Anyone();
        if (isUsed)
            await SignInAsync(another, passkey);
        Assert.DoesNotContain("synced between your devices", (await visitor.GetAsync("/security")).Text);

        await portal.Portal.Database.ExecuteAsync($"""
            update user_passkeys set is_backup_eligible = true, is_backed_up = true
            where user_id = (select id from users where email = '{customer.Email}')
            """);

        string page = (await visitor.GetAsync("/security")).Text;
        Assert.Contains("synced between your devices.", page);
        Assert.AreEqual(!isUsed, page.Contains("not used yet, synced", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Added_ItSignsInWithoutPasswordAndCode_UntilItIsRemoved()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var passkey = new SoftwarePasskey(portal.Portal.Address);
        using var visitor = await portal.SignedInAsync(customer.Email);

        Assert.AreEqual("/security", (await AddAsync(visitor, passkey)).Location);

        Assert.Contains("not used yet", (await visitor.GetAsync("/security")).Text);
        using var another = portal.Anyone();
        Assert.AreEqual("/wallet", (await SignInAsync(another, passkey, "/wallet")).Location);
        Assert.AreEqual(HttpStatusCode.OK, (await another.GetAsync("/overview")).Status);
        Assert.Contains("last used", (await another.GetAsync("/security")).Text);
        Assert.AreEqual("/", (await SignInAsync(another, passkey)).Location, "who is signed in stays so");

        string remove = $"/security/passkeys/{passkey.Id}/remove";
        Assert.Contains("Remove passkey Laptop?", (await visitor.GetAsync(remove)).Text);
        Assert.AreEqual("/security", (await visitor.PostAsync(remove)).Location);

        Assert.DoesNotContain("Laptop", (await visitor.GetAsync("/security")).Text);
        Assert.StartsWith("/sign-in?", (await another.GetAsync("/overview")).Location, "what it began has ended");
        var refused = await SignInAsync(another, passkey);
        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("This passkey is not known here.", refused.Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.GetAsync(remove)).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.PostAsync(remove)).Status);
    }

    [TestMethod]
    public async Task Removed_ByAnotherAccount_ItIsNotFound()
    {
        var portal = await SeededPortal.SharedAsync();
        var (customer, other) = (await portal.AddCustomerAsync(), await portal.AddCustomerAsync());
        using var passkey = new SoftwarePasskey(portal.Portal.Address);
        using var visitor = await portal.SignedInAsync(customer.Email);
        await AddAsync(visitor, passkey);
        using var thief = await portal.SignedInAsync(other.Email);

        Assert.AreEqual(HttpStatusCode.NotFound,
            (await thief.PostAsync($"/security/passkeys/{passkey.Id}/remove")).Status);

        using var again = portal.Anyone();
        Assert.AreEqual("/", (await SignInAsync(again, passkey)).Location);
    }

    [TestMethod]
    public async Task Challenge_IsForOneAnswer_OneCeremonyAndFiveMinutes()
    {
        var time = new SetTime(flows: true);
        var portal = await SeededPortal.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        await using var running = portal.Portal;
        using var passkey = new SoftwarePasskey(portal.Portal.Address);
        using var visitor = await portal.SignedInAsync(SeededPortal.Owner);
        string options = await OptionsAsync(visitor, "/security/passkeys/options");
        Dictionary<string, string> Made(string name) => new() { ["Name"] = name, ["Credential"] = passkey.Create(options) };
        Assert.AreEqual(HttpStatusCode.BadRequest, (await visitor.PostAsync(Add, new() { ["Name"] = "Laptop" })).Status);
        Assert.Contains("Enter a name", (await visitor.PostAsync(Add, Made(" "))).Text);

        var second = await visitor.PostAsync(Add, Made("Laptop"));

        Assert.AreEqual(HttpStatusCode.BadRequest, second.Status, "the challenge is used up");
        Assert.Contains("No passkey was made.", second.Text);
        Assert.AreEqual("/security", (await AddAsync(visitor, passkey)).Location);

        using var late = portal.Anyone();
        string asked = await OptionsAsync(late, "/sign-in/passkey/options");
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.AreEqual(HttpStatusCode.BadRequest,
            (await late.PostAsync("/sign-in/passkey", new() { ["Credential"] = passkey.Get(asked) })).Status);
        late.Http.DefaultRequestHeaders.Add("Cookie", "atlantic-passkey=forged");
        Assert.AreEqual(HttpStatusCode.BadRequest,
            (await late.PostAsync("/sign-in/passkey", new() { ["Credential"] = passkey.Get(asked) })).Status);
    }

    [TestMethod]
    public async Task Device_ThatDoesNotAskWhoItIs_IsRefused()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var passkey = new SoftwarePasskey(portal.Portal.Address);
        using var visitor = await portal.SignedInAsync(customer.Email);
        await AddAsync(visitor, passkey);
        passkey.AsksWho = false;
        using var thief = portal.Anyone();

        Assert.AreEqual(HttpStatusCode.BadRequest, (await SignInAsync(thief, passkey)).Status);

        Assert.StartsWith("/sign-in?", (await thief.GetAsync("/overview")).Location);
    }

    [TestMethod]
    public async Task SecondFactorRequired_APasskeyIsOne_AlsoAfterTheSignInWasLookedAtAgain()
    {
        var time = new SetTime(flows: true);
        var portal = await SeededPortal.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        await using var running = portal.Portal;
        using var passkey = new SoftwarePasskey(portal.Portal.Address);
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        await owner.PostAsync("/admin/staff/second-factor", new() { ["required"] = "true" });
        time.Advance(TimeSpan.FromDays(8));
        using var visitor = await portal.SignedInAsync(SeededPortal.Support);
        Assert.AreEqual("/security/second-factor", (await visitor.GetAsync("/admin")).Location);
        Assert.AreEqual("/security", (await AddAsync(visitor, passkey)).Location);
        Assert.AreEqual("/security/second-factor", (await visitor.GetAsync("/admin")).Location, "this session has none");

        using var another = portal.Anyone();
        await SignInAsync(another, passkey);

        Assert.AreEqual(HttpStatusCode.OK, (await another.GetAsync("/admin")).Status);
        time.Advance(TimeSpan.FromMinutes(2)); // the security stamp is looked at again, and the sign-in made anew
        Assert.AreEqual(HttpStatusCode.OK, (await another.GetAsync("/admin")).Status);
        Assert.AreEqual("/", (await another.PostAsync("/account/password", new()
        {
            ["Password"] = RunningPortal.Password, ["NewPassword"] = "another long password",
            ["Repeated"] = "another long password",
        })).Location);
        Assert.AreEqual(HttpStatusCode.OK, (await another.GetAsync("/admin")).Status, "the session begun anew");
    }
}
