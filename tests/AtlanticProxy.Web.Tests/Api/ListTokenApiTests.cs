using System.Net;
using System.Text.Json;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

[TestClass]
public sealed class ListTokenApiTests
{
    [TestMethod]
    public async Task ListToken_IsMade_Told_Replaced_AndRevoked()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var client = await ApiClient.OfAsync(portal, customer.Email, ApiClient.CustomerScopes);
        string path = $"/proxy-users/pu_{customer.ProxyUserId}/list-token";
        var none = await client.GetAsync(path);
        Assert.AreEqual(("false", JsonValueKind.Null), (none["exists"], none.Body.GetProperty("createdAt").ValueKind));
        (await client.SendAsync(HttpMethod.Delete, path)).IsProblem(HttpStatusCode.NotFound, "list_token.not_found");

        var made = await client.PostAsync(path, key: "one");
        var replayed = await client.PostAsync(path, key: "one");

        Assert.AreEqual(HttpStatusCode.Created, made.Status);
        Assert.AreEqual(made["token"], replayed["token"]);
        Assert.AreEqual($"{portal.Portal.Address}lists/{made["token"]}.txt", made["url"]);
        Assert.AreEqual($"{portal.Portal.Address}lists/{made["token"]}.sip008.json", made["subscriptionUrl"]);
        using var tool = new HttpClient();
        Assert.Contains(customer.Secret, await tool.GetStringAsync(made["url"]));
        var told = await client.GetAsync(path);
        Assert.AreEqual(("true", made["token"][..12]), (told["exists"], told["prefix"]));
        Assert.AreNotEqual("null", told["lastUsedAt"]);
        Assert.DoesNotContain(made["token"], told.Text);

        var replaced = await client.PostAsync(path);
        Assert.AreEqual(HttpStatusCode.NotFound, (await tool.GetAsync(made["url"])).StatusCode);
        Assert.AreEqual(HttpStatusCode.NoContent, (await client.SendAsync(HttpMethod.Delete, path)).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await tool.GetAsync(replaced["url"])).StatusCode);
    }
}
