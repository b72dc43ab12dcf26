using System.Net;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.AspNetCore.Builder;

namespace AtlanticProxy.Web.Tests.Security;

[TestClass]
public sealed class SecurityHeadersTests
{
    [TestMethod]
    public async Task Responses_OfEveryKind_CarryTheHeaders()
    {
        await using var portal = await RunningPortal.StartAsync(
            map: app => app.MapGet("/fault", void () => throw new InvalidOperationException("on purpose")).AllowAnonymous());
        using var visitor = new Visitor(portal.Address);
        string stylesheet = portal.Services.GetService(typeof(StaticAssets.AssetCatalog)) is StaticAssets.AssetCatalog assets
            ? assets["theme.css"]
            : "";
        using var tooLong = new ByteArrayContent(new byte[BodyLimit.MaxBytes + 1]);
        var answers = new Dictionary<HttpStatusCode, HttpResponseMessage>
        {
            [HttpStatusCode.OK] = (await visitor.GetAsync("/setup")).Response,
            [HttpStatusCode.Redirect] = (await visitor.GetAsync("/admin")).Response,
            [HttpStatusCode.BadRequest] = (await visitor.PostBareAsync("/sign-in")).Response,
            [HttpStatusCode.NotFound] = (await visitor.GetAsync("/assets/nothing.css")).Response,
            [HttpStatusCode.RequestEntityTooLarge] = await PostLongAsync(visitor, tooLong),
            [HttpStatusCode.InternalServerError] = (await visitor.GetAsync("/fault")).Response,
        };

        foreach (var (status, response) in answers)
        {
            Assert.AreEqual(status, response.StatusCode);
            AssertHeaders(response);
            Assert.AreEqual("no-store", response.Headers.CacheControl?.ToString(), status.ToString());
        }
        AssertHeaders((await visitor.GetAsync(stylesheet)).Response);
    }

    [TestMethod]
    public void ContentSecurityPolicy_Text_AllowsNothingInlineOrForeign()
    {
        Assert.DoesNotContain("unsafe-", SecurityHeaders.ContentSecurityPolicy);
        Assert.DoesNotContain("*", SecurityHeaders.ContentSecurityPolicy);
        Assert.DoesNotContain("http", SecurityHeaders.ContentSecurityPolicy);
        Assert.StartsWith("default-src 'none';", SecurityHeaders.ContentSecurityPolicy);
    }

    [TestMethod]
    public async Task Fault_Page_TellsNothingOfTheFault()
    {
        await using var portal = await RunningPortal.StartAsync(
            map: app => app.MapGet("/fault", void () => throw new InvalidOperationException("on purpose")).AllowAnonymous());
        using var visitor = new Visitor(portal.Address);

        var answer = await visitor.GetAsync("/fault");

        Assert.AreEqual(HttpStatusCode.InternalServerError, answer.Status);
        Assert.Contains("Something broke on our side", answer.Text);
        Assert.DoesNotContain("on purpose", answer.Text);
    }

    [TestMethod]
    public async Task Secure_Portal_NamesCookiesForThisHost_AndSendsNoHstsUnasked()
    {
        await using var portal = await RunningPortal.StartAsync(options => options.Secure = true);
        using var visitor = new Visitor(portal.Address);

        var response = (await visitor.GetAsync("/setup")).Response;

        string cookie = response.Headers.GetValues("Set-Cookie").Single();
        Assert.StartsWith("__Host-atlantic-antiforgery=", cookie);
        Assert.Contains("; secure", cookie);
        Assert.Contains("; path=/", cookie);
        Assert.Contains("; httponly", cookie);
        Assert.Contains("; samesite=lax", cookie);
        Assert.IsFalse(response.Headers.Contains("Strict-Transport-Security"));
    }

    [TestMethod]
    public async Task Hsts_Set_IsSentOverHttpsOnly()
    {
        await using var portal = await RunningPortal.StartAsync(options =>
        {
            options.HstsMaxAge = TimeSpan.FromDays(365);
            options.HstsIncludeSubDomains = options.HstsPreload = true;
            options.TrustedProxies.Add("127.0.0.1");
        });
        using var visitor = new Visitor(portal.Address);
        var plain = (await visitor.GetAsync("/setup")).Response;
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        var secure = (await visitor.GetAsync("/setup")).Response;

        Assert.IsFalse(plain.Headers.Contains("Strict-Transport-Security"));
        Assert.AreEqual("max-age=31536000; includeSubDomains; preload",
            secure.Headers.GetValues("Strict-Transport-Security").Single());
    }

    private static async Task<HttpResponseMessage> PostLongAsync(Visitor visitor, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = content };
        request.Headers.ExpectContinue = true; // so that the refusal is read before the body is sent
        return await visitor.Http.SendAsync(request);
    }

    private static void AssertHeaders(HttpResponseMessage response)
    {
        Assert.AreEqual(SecurityHeaders.ContentSecurityPolicy, response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.AreEqual("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.AreEqual("same-origin", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.AreEqual("same-origin", response.Headers.GetValues("Cross-Origin-Opener-Policy").Single());
        Assert.AreEqual("same-origin", response.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.IsTrue(response.Headers.Contains("Permissions-Policy"));
        Assert.IsFalse(response.Headers.Contains("Server"));
    }
}
