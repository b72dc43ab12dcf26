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
        using var owner = portal.Anyone();
        owner.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        owner.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        await owner.SignInAsync(SeededPortal.Owner);
        string page = $"/admin/proxy-users/{customer.ProxyUserId}";

        Assert.AreEqual("br", await CodingOfAsync(owner, page, "br"));
        await owner.PostAsync($"{page}/reveal");
        Assert.AreEqual("", await CodingOfAsync(owner, page, "br"));
        Assert.AreEqual("br", await CodingOfAsync(owner, page, "br"), "it is shown once");
    }

    private static async Task<string> CodingOfAsync(Visitor visitor, string path, string accepted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept-Encoding", accepted);
        using var response = await visitor.Http.SendAsync(request);
        Assert.AreEqual(System.Net.HttpStatusCode.OK, response.StatusCode);
        return string.Join(", ", response.Content.Headers.ContentEncoding);
    }
}
