using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Api;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.Accounts;

/// <summary>What a shop does that signs its customers in: a link by the API, and the browser that it sends there.</summary>
[TestClass]
public sealed partial class SignInLinkTests
{
    private static async Task<string> LinkAsync(SeededPortal portal, long customer)
    {
        using var shop = await ApiClient.OfAsync(portal, SeededPortal.Owner, "customers:sign_in");
        var made = await shop.PostAsync($"/customers/cus_{customer}/sign-in-link");
        Assert.AreEqual(HttpStatusCode.Created, made.Status, made.Body.ToString());
        Assert.StartsWith($"{portal.Portal.Address.GetLeftPart(UriPartial.Authority)}/sign-in/link?token=", made["url"]);
        return new Uri(made["url"]).PathAndQuery;
    }

    /// <summary>Opens the link, and presses its button.</summary>
    private static async Task<Answer> FollowAsync(Visitor visitor, string link)
    {
        Assert.Contains("Sign in as ", (await visitor.GetAsync(link)).Text);
        return await visitor.PostAsync("/sign-in/link", new() { ["Token"] = link.Split("token=")[1] });
    }

    [TestMethod]
    public async Task Link_SignsInOnce_AndIsNoPassword()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        string link = await LinkAsync(portal, customer.Id);
        using var visitor = portal.Anyone();

        Assert.Contains($"This link signs you in as {customer.Email}.", (await visitor.GetAsync(link)).Text);
        Assert.StartsWith("/sign-in?", (await visitor.GetAsync("/overview")).Location, "it asks first");
        Assert.AreEqual("/", (await FollowAsync(visitor, link)).Location);

        Assert.AreEqual(HttpStatusCode.OK, (await visitor.GetAsync("/overview")).Status);
        var secret = await visitor.PostAsync($"/credentials/{customer.ProxyUserId}/reveal");
        Assert.Contains("Confirm it is you", secret.Text, "nothing was typed that shows who they are");
        using var second = portal.Anyone();
        var used = await second.GetAsync(link);
        Assert.AreEqual(HttpStatusCode.NotFound, used.Status);
        Assert.Contains("This link no longer works", used.Text);
        Assert.StartsWith("/sign-in?", (await second.GetAsync("/overview")).Location);
        Assert.AreEqual(1L, await portal.Portal.Database.ScalarAsync<long>($"""
            select count(*) from audit_entries where object = 'sign_in_links' and customer_id = {customer.Id}
            """));
    }

    [TestMethod]
    public async Task Link_CustomerWithoutALogin_GetsOneWithoutAPassword()
    {
        var portal = await SeededPortal.SharedAsync();
        string email = $"shop{Guid.CreateVersion7():n}@test.example";
        var customer = await portal.Portal.UseAsync((CreateCustomer create) =>
            create.ExecuteAsync(new(email, "From the shop"), default));
        using var visitor = portal.Anyone();

        await FollowAsync(visitor, await LinkAsync(portal, customer.Value.Id));
        await LinkAsync(portal, customer.Value.Id);

        Assert.AreEqual(HttpStatusCode.OK, (await visitor.GetAsync("/overview")).Status);
        Assert.AreEqual(1L, await portal.Portal.Database.ScalarAsync<long>($"""
            select count(*) from users where customer_id = {customer.Value.Id} and password_hash is null
            """));
        using var guess = portal.Anyone();
        Assert.AreEqual(HttpStatusCode.BadRequest, (await guess.PostAsync("/sign-in",
            new() { ["Email"] = email, ["Password"] = "a long enough guess" })).Status);
    }

    [TestMethod]
    public async Task Link_SecondFactor_IsStillAskedFor()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(customer.Email);
        var app = new Authenticator(Secret().Match((await visitor.GetAsync("/security/second-factor")).Body).Groups[1].Value);
        await visitor.PostAsync("/security/second-factor", new() { ["Code"] = app.Next() });
        using var another = portal.Anyone();

        Assert.AreEqual("/sign-in/code", (await FollowAsync(another, await LinkAsync(portal, customer.Id))).Location);

        Assert.StartsWith("/sign-in?", (await another.GetAsync("/overview")).Location);
        Assert.AreEqual("/", (await another.PostAsync("/sign-in/code", new() { ["Code"] = app.Next() })).Location);
    }

    [TestMethod]
    public async Task Link_WhileSignedInAsSomebodyElse_AsksFirst()
    {
        var portal = await SeededPortal.SharedAsync();
        var (one, other) = (await portal.AddCustomerAsync(), await portal.AddCustomerAsync());
        using var visitor = await portal.SignedInAsync(one.Email);
        string link = await LinkAsync(portal, other.Id);

        Assert.Contains($"This link is for {other.Email}", (await visitor.GetAsync(link)).Text);
        Assert.Contains(one.Email, (await visitor.GetAsync("/settings")).Text, "nothing changed");
        var token = new Dictionary<string, string> { ["Token"] = link.Split("token=")[1] };
        Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.PostAsync("/sign-in/link", token)).Status, "not over a session");
        Assert.AreEqual(link, (await visitor.PostAsync("/sign-in/link/leave", token)).Location);
        Assert.AreEqual("/", (await FollowAsync(visitor, link)).Location);
        Assert.Contains(other.Email, (await visitor.GetAsync("/settings")).Text);

        Assert.AreEqual("/", (await visitor.GetAsync(await LinkAsync(portal, other.Id))).Location, "it is them already");
        foreach (string path in new[] { "/sign-in/link", "/sign-in/link/leave" })
            Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.PostAsync(path, new() { ["Token"] = "gone" })).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.GetAsync("/sign-in/link")).Status);
    }

    [TestMethod]
    public async Task Link_AfterAMinuteOrAnotherPassword_NoLongerWorks()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        string late = await LinkAsync(portal, customer.Id);
        await portal.Portal.Database.ExecuteAsync($"""
            update sign_in_links l set expires_at = now() from users u where u.id = l.user_id and u.customer_id = {customer.Id}
            """);
        string stale = await LinkAsync(portal, customer.Id);
        await portal.Portal.UseAsync((SetCustomerPassword set) =>
            set.ExecuteAsync(new(customer.Id, "another long password"), default));
        using var visitor = portal.Anyone();

        Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.GetAsync(late)).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.GetAsync(stale)).Status);
    }

    [TestMethod]
    public async Task Link_OwnersAlone_AndOnlyWithItsScope()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        string path = $"/customers/cus_{customer.Id}/sign-in-link";
        using var narrow = await ApiClient.OfAsync(portal, SeededPortal.Owner, "customers:write");
        (await narrow.PostAsync(path)).IsProblem(HttpStatusCode.Forbidden, "token.scope_missing");
        using var ofOperator = await ApiClient.OfAsync(portal, SeededPortal.Operator, ApiClient.AllScopes);
        (await ofOperator.PostAsync(path)).IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
        using var owner = await ApiClient.OfAsync(portal, SeededPortal.Owner, "customers:sign_in");
        (await owner.PostAsync("/customers/cus_999999/sign-in-link")).IsProblem(HttpStatusCode.NotFound, "customer.not_found");

        string taken = $"taken{Guid.CreateVersion7():n}@test.example";
        var without = await portal.Portal.UseAsync((CreateCustomer create) => create.ExecuteAsync(new(taken, ""), default));
        await portal.Portal.UseAsync((CreateCustomerLogin create) =>
            create.ExecuteAsync(new(customer.Id, RunningPortal.Password, taken, MemberRole.Developer), default));
        (await owner.PostAsync($"/customers/cus_{without.Value.Id}/sign-in-link"))
            .IsProblem(HttpStatusCode.Conflict, "account.email_taken");
    }

    [GeneratedRegex("<code id=\"secret\">([A-Z2-7]+)</code>")]
    private static partial Regex Secret();
}
