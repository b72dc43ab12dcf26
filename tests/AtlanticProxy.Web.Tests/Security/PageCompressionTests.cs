using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Security;

[TestClass]
public sealed class PageCompressionTests
{
    [TestMethod]
    [DataRow("br"), DataRow("gzip")]
    public async Task Page_ForABrowserThatCan_IsCompressed(string coding)
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        Assert.AreEqual(coding, await CodingOfAsync(owner, "/admin/customers", coding));
        Assert.AreEqual("", await CodingOfAsync(owner, "/admin/customers", "identity"));
    }

    [TestMethod]
    public async Task PageOverHttps_WithASecret_IsNot()
    {
        var portal = await SeededPortal.StartAsync(options => options.TrustedProxies.Add("127.0.0.1"));
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        string page = $"/admin/proxy-users/{customer.ProxyUserId}";
        using var owner = portal.Anyone();
        string session = CookieOf(await owner.PostAsync("/sign-in",
            new() { ["Email"] = SeededPortal.Owner, ["Password"] = RunningPortal.Password }), "atlantic-session");
        string secret = CookieOf(await owner.PostAsync($"{page}/reveal"), "atlantic-notice");

        Assert.AreEqual("br", await CodingOverHttpsAsync(portal, page, session));
        Assert.AreEqual("", await CodingOverHttpsAsync(portal, page, session, secret));
    }

    private static async Task<string> CodingOverHttpsAsync(SeededPortal portal, string path, params string[] cookies)
    {
        using var visitor = portal.Anyone();
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        visitor.Http.DefaultRequestHeaders.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"__Host-{cookie}")));
        return await CodingOfAsync(visitor, path, "br");
    }

    private static string CookieOf(Answer answer, string name) => answer.Response.Headers.GetValues("Set-Cookie")
        .Single(cookie => cookie.StartsWith($"{name}=", StringComparison.Ordinal)).Split(';')[0];

    private static async Task<string> CodingOfAsync(Visitor visitor, string path, string accepted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept-Encoding", accepted);
        using var response = await visitor.Http.SendAsync(request);
        Assert.AreEqual(System.Net.HttpStatusCode.OK, response.StatusCode);
        return string.Join(", ", response.Content.Headers.ContentEncoding);
    }
}
