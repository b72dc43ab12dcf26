using System.Net;
using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

[TestClass]
public sealed class CouponApiTests
{
    [TestMethod]
    public async Task Coupons_AreForWhoeverSeesPrices()
    {
        var portal = await SeededPortal.SharedAsync();
        string code = $"API-{Guid.CreateVersion7():n}"[..20].ToUpperInvariant();
        Assert.IsTrue((await portal.Portal.UseAsync((CreateCoupon create) => create.ExecuteAsync(
            new(code, CouponKind.Amount, 500, "USD", MaxRedemptions: 7), default))).IsSuccess);
        using var finance = await ApiClient.OfAsync(portal, SeededPortal.Finance, "plans:read");
        using var support = await ApiClient.OfAsync(portal, SeededPortal.Support, "plans:read");
        using var customer = await ApiClient.OfAsync(portal, (await portal.AddCustomerAsync()).Email, "plans:read");

        var one = (await finance.GetAsync($"/coupons?code={code.ToLowerInvariant()}")).Body.GetProperty("data")[0];

        Assert.AreEqual((code, "amount", 500L, "USD", 7, true), (one.GetProperty("code").GetString(),
            one.GetProperty("kind").GetString(), one.GetProperty("value").GetInt64(), one.GetProperty("currency").GetString(),
            one.GetProperty("maxRedemptions").GetInt32(), one.GetProperty("enabled").GetBoolean()));
        Assert.StartsWith("cpn_", one.GetProperty("id").GetString());
        Assert.AreEqual(1, (await finance.GetAsync("/coupons?limit=1")).Body.GetProperty("data").GetArrayLength());
        (await finance.GetAsync("/coupons?limit=0")).IsProblem(HttpStatusCode.BadRequest, "request.limit_invalid", "limit");
        foreach (var client in new[] { support, customer })
            (await client.GetAsync("/coupons")).IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
    }
}
