using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.Accounts;

/// <summary>What people are told by mail of sign-ins to their account.</summary>
[TestClass]
public sealed class NewSignInTests
{
    private const string Firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0";

    private static Visitor Browser(SeededPortal portal)
    {
        var visitor = portal.Anyone();
        visitor.Http.DefaultRequestHeaders.Add("User-Agent", Firefox);
        return visitor;
    }

    [TestMethod]
    public async Task SignIn_TheFirstAndWithAKnownBrowser_IsNotMailed()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        using var visitor = Browser(portal);

        await visitor.SignInAsync(SeededPortal.Owner);
        await visitor.PostAsync("/sign-out");
        await visitor.SignInAsync(SeededPortal.Owner);

        Assert.AreEqual(0, await portal.CountMailsAsync(SeededPortal.Owner, "new_sign_in"));
    }

    [TestMethod]
    public async Task SignIn_WithAnotherBrowser_IsMailedOnceToThatPerson()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        (await portal.SignedInAsync(customer.Email)).Dispose();
        using var another = Browser(portal);

        await another.SignInAsync(customer.Email);
        await another.PostAsync("/sign-out");
        await another.SignInAsync(customer.Email);
        (await portal.SignedInAsync(customer.Email)).Dispose();

        string mail = await portal.LastMailAsync(customer.Email, "new_sign_in");
        Assert.Contains($"as {customer.Email} with an unknown browser from the address 127.0.0.1", mail);
        Assert.AreEqual(1, await portal.Portal.Database.ScalarAsync<long>(
            "select count(*) from mails where template = 'new_sign_in' and subject = 'New sign-in with Firefox on Windows'"));
        Assert.Contains($"{MailingPortal.Host}/security", mail);
        Assert.AreEqual(0, await portal.CountMailsAsync(SeededPortal.Owner, "staff_alarm"));
    }

    [TestMethod]
    public async Task SignIn_FromANetworkThatWasForgotten_IsMailed()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        using var visitor = Browser(portal);
        await visitor.SignInAsync(SeededPortal.Support);
        await visitor.PostAsync("/sign-out");
        await running.Database.ExecuteAsync("update user_networks set signed_in_at = now() - interval '91 days'");

        await visitor.SignInAsync(SeededPortal.Support);

        Assert.AreEqual(1, await portal.CountMailsAsync(SeededPortal.Support, "new_sign_in"));
    }

    [TestMethod]
    public async Task SignIn_WithAWrongPassword_IsNotMailed()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        (await portal.SignedInAsync(SeededPortal.Owner)).Dispose();
        using var stranger = Browser(portal);

        await stranger.PostAsync("/sign-in", new() { ["Email"] = SeededPortal.Owner, ["Password"] = "not the password" });

        Assert.AreEqual(0, await portal.CountMailsAsync(SeededPortal.Owner, "new_sign_in"));
    }
}
