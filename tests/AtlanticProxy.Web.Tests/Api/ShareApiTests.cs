using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

/// <summary>GB of a customer that one proxy user has alone.</summary>
[TestClass]
public sealed class ShareApiTests
{
    private const long Gb = 1_000_000_000;

    /// <summary>A customer with 50 GB, and a program of theirs.</summary>
    private static async Task<(SeededPortal Portal, SeededCustomer Customer, ApiClient Client)> StartAsync()
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);
        await shop.PaidAsync(owner);
        return (shop.Portal, shop.Customer, await ApiClient.OfAsync(
            shop.Portal, shop.Customer.Email, "proxy_users:read", "proxy_users:write"));
    }

    [TestMethod]
    public async Task Share_IsGivenTakenAndEnded()
    {
        var (_, customer, client) = await StartAsync();
        using var _2 = client;
        string path = $"/proxy-users/pu_{customer.ProxyUserId}/share";
        (await client.GetAsync(path)).IsProblem(HttpStatusCode.NotFound, "share.none");

        var given = await client.PostAsync(path, new { bytes = 5 * Gb });
        Assert.AreEqual(($"pu_{customer.ProxyUserId}", "0", $"{5 * Gb}"),
            (given["proxyUser"], given["usedBytes"], given["leftBytes"]));
        Assert.AreEqual($"{7 * Gb}", (await client.PostAsync(path, new { bytes = 2 * Gb }))["leftBytes"]);
        Assert.AreEqual($"{Gb}", (await client.PostAsync(path, new { bytes = -6 * Gb }))["leftBytes"]);
        Assert.AreEqual($"{Gb}", (await client.GetAsync(path))["leftBytes"]);
        (await client.PostAsync(path, new { bytes = -2 * Gb })).IsProblem(HttpStatusCode.Conflict, "share.too_little", "bytes");
        (await client.PostAsync(path, new { bytes = 50 * Gb })).IsProblem(HttpStatusCode.Conflict, "share.not_enough", "bytes");
        (await client.PostAsync(path, new { bytes = 0 }))
            .IsProblem(HttpStatusCode.BadRequest, "share.bytes_missing", "bytes");
        (await client.PostAsync(path, new { bytes = long.MinValue }))
            .IsProblem(HttpStatusCode.Conflict, "share.too_little", "bytes");
        (await client.PostAsync(path, new { bytes = long.MaxValue }))
            .IsProblem(HttpStatusCode.Conflict, "share.not_enough", "bytes");
        Assert.AreEqual($"{Gb}", (await client.GetAsync(path))["leftBytes"], "nothing of it was done");

        Assert.AreEqual(HttpStatusCode.NoContent, (await client.SendAsync(HttpMethod.Delete, path)).Status);
        (await client.GetAsync(path)).IsProblem(HttpStatusCode.NotFound, "share.none");
        await client.SendAsync(HttpMethod.Patch, $"/proxy-users/pu_{customer.ProxyUserId}", new { limitBytes = Gb });
        (await client.GetAsync(path)).IsProblem(HttpStatusCode.NotFound, "share.none");
        (await client.PostAsync(path, new { bytes = Gb })).IsProblem(HttpStatusCode.Conflict, "share.capped");
    }

    [TestMethod]
    public async Task Share_OfAnother_Is404()
    {
        var (portal, customer, client) = await StartAsync();
        client.Dispose();
        using var thief = await ApiClient.OfAsync(portal, (await portal.AddCustomerAsync()).Email, ApiClient.CustomerScopes);
        string path = $"/proxy-users/pu_{customer.ProxyUserId}/share";

        (await thief.GetAsync(path)).IsProblem(HttpStatusCode.NotFound, "proxy_user.not_found");
        foreach (long bytes in new[] { 1L, -1L })
            (await thief.PostAsync(path, new { bytes })).IsProblem(HttpStatusCode.NotFound, "proxy_user.not_found");
        (await thief.SendAsync(HttpMethod.Delete, path)).IsProblem(HttpStatusCode.NotFound, "proxy_user.not_found");
    }
}
