using System.Net;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.Accounts;

[TestClass]
public sealed class SessionListTests
{
    private const string End = "/security/sessions/end";

    private static Dictionary<string, string> Ending(string session) => new() { ["session"] = session };

    private static Task<long> IdOfAsync(SeededPortal portal, string email, string agent) =>
        portal.Portal.Database.ScalarAsync<long>($"""
            select s.id from user_sessions s join users u on u.id = s.user_id
            where u.email = '{email}' and s.user_agent = '{agent}'
            """);

    private static async Task<Visitor> EnterAsync(SeededPortal portal, string email, string agent)
    {
        var visitor = portal.Anyone();
        visitor.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", agent);
        await visitor.SignInAsync(email);
        return visitor;
    }

    [TestMethod]
    public async Task Sessions_ShowBrowserAndAddress_AndOneIsEnded()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var here = await EnterAsync(portal, customer.Email, "Firefox/145.0 Windows");
        using var phone = await EnterAsync(portal, customer.Email, "<b> Chrome/142.0 Android");

        var page = await here.GetAsync("/security");

        Assert.Contains("Firefox on Windows", page.Text);
        Assert.Contains("Chrome on Android", page.Text);
        Assert.Contains("127.0.0.1", page.Text);
        Assert.Contains("This session", page.Text);
        string id = $"{await IdOfAsync(portal, customer.Email, "<b> Chrome/142.0 Android")}";
        Assert.Contains($"value=\"{id}\"", page.Body);
        Assert.Contains("That session is signed out.", (await here.FollowAsync(await here.PostAsync(End, Ending(id)))).Text);
        Assert.StartsWith("/sign-in?", (await phone.GetAsync("/overview")).Location);
        Assert.AreEqual(HttpStatusCode.OK, (await here.GetAsync("/overview")).Status);
    }

    [TestMethod]
    public async Task Sessions_AllOthers_AreEndedAtOnce()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var here = await EnterAsync(portal, customer.Email, "Firefox/145.0");
        using var second = await EnterAsync(portal, customer.Email, "Chrome/142.0");
        using var third = await EnterAsync(portal, customer.Email, "curl/8");

        var done = await here.FollowAsync(await here.PostAsync(End, Ending("others")));

        Assert.Contains("2 other sessions signed out.", done.Text);
        foreach (var other in new[] { second, third })
            Assert.StartsWith("/sign-in?", (await other.GetAsync("/overview")).Location);
        done = await here.FollowAsync(await here.PostAsync(End, Ending("others")));
        Assert.Contains("There were no other sessions.", done.Text);
    }

    [TestMethod]
    public async Task Session_OfSomebodyElse_IsNotFoundAndGoesOn()
    {
        var portal = await SeededPortal.SharedAsync();
        var (mine, theirs) = (await portal.AddCustomerAsync(), await portal.AddCustomerAsync());
        using var me = await EnterAsync(portal, mine.Email, "Firefox/145.0");
        using var them = await EnterAsync(portal, theirs.Email, "Chrome/142.0");
        long id = await IdOfAsync(portal, theirs.Email, "Chrome/142.0");

        foreach (string session in new[] { $"{id}", "x", "" })
            Assert.AreEqual(HttpStatusCode.NotFound, (await me.PostAsync(End, Ending(session))).Status, session);

        Assert.AreEqual(HttpStatusCode.OK, (await them.GetAsync("/overview")).Status);
        Assert.DoesNotContain("Chrome", (await me.GetAsync("/security")).Text);
    }
}
