using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace AtlanticProxy.Web.Tests.Security;

/// <summary>What changes when a request comes by HTTPS: here, as a trusted proxy says.</summary>
[TestClass]
public sealed partial class HttpsTests
{
    [TestMethod]
    public async Task Http_WithACertificate_LeadsToHttpsWithPathAndQuery()
    {
        await using var portal = await StartAsync(new StatedCertificate { IsServed = true });
        using var visitor = new Visitor(portal.Address);

        foreach (var answer in new[] { await visitor.GetAsync("/admin/customers?page=2&q=%C3%A4"),
            await visitor.PostBareAsync("/admin/customers?page=2&q=%C3%A4") })
        {
            Assert.AreEqual(HttpStatusCode.TemporaryRedirect, answer.Status);
            Assert.AreEqual("https://portal.example:8443/admin/customers?page=2&q=%C3%A4",
                answer.Response.Headers.Location?.AbsoluteUri);
        }
    }

    [TestMethod]
    public async Task Http_WithoutACertificate_IsServed()
    {
        await using var portal = await StartAsync(new StatedCertificate());
        using var visitor = new Visitor(portal.Address);

        Assert.AreEqual(HttpStatusCode.OK, (await visitor.GetAsync("/setup")).Status);
    }

    [TestMethod]
    public async Task Http_AtAResellersHostName_LeadsToHttpsThereOnceItIsServed()
    {
        var certificate = new StatedCertificate();
        certificate.OfResellers.Add(StatedCertificate.Of("rita.example.com", CertificateStage.Good));
        await using var portal = await StartAsync(certificate);
        using var visitor = new Visitor(portal.Address);
        Assert.AreEqual(HttpStatusCode.OK, (await visitor.GetAsync("/setup")).Status, "the portal's own has none");

        visitor.Http.DefaultRequestHeaders.Host = "rita.example.com";
        Assert.AreEqual("https://rita.example.com:8443/sign-in?a=b",
            (await visitor.GetAsync("/sign-in?a=b")).Response.Headers.Location?.AbsoluteUri);
        certificate.OfResellers.Clear();
        certificate.IsServed = true;
        Assert.AreEqual("https://portal.example:8443/sign-in",
            (await visitor.GetAsync("/sign-in")).Response.Headers.Location?.AbsoluteUri);
    }

    [TestMethod]
    public async Task Https_WithACertificate_IsServed()
    {
        await using var portal = await StartAsync(new StatedCertificate { IsServed = true });
        using var visitor = Secure(portal);

        Assert.AreEqual(HttpStatusCode.OK, (await visitor.GetAsync("/setup")).Status);
    }

    [TestMethod]
    [DataRow("/health/ready", HttpStatusCode.OK), DataRow("/metrics", HttpStatusCode.OK),
        DataRow("/healthy", HttpStatusCode.TemporaryRedirect)]
    public async Task Monitoring_OfThisMachineOnly_GoesOnByHttp(string path, HttpStatusCode expected)
    {
        await using var portal = await StartAsync(new StatedCertificate { IsServed = true });
        using var visitor = new Visitor(portal.Address);
        Assert.AreEqual(expected, (await visitor.GetAsync(path)).Status);
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "127.0.0.1");

        Assert.AreEqual(HttpStatusCode.TemporaryRedirect, (await visitor.GetAsync(path)).Status);
    }

    [TestMethod]
    public async Task Cookies_OverHttps_AreSecureForThisHostAloneAndKeepOneSignedIn()
    {
        await using var portal = await StartAsync(new StatedCertificate());
        await portal.AddStaffAsync(SeededPortal.Owner, Roles.Owner);
        using var visitor = Secure(portal);

        var form = await visitor.GetAsync("/setup");
        string antiforgery = CookieOf(form, "__Host-atlantic-antiforgery");
        string token = TokenField().Match(form.Body).Groups[1].Value;
        visitor.Http.DefaultRequestHeaders.Add("Cookie", antiforgery);
        var signedIn = await visitor.PostBareAsync("/sign-in", new()
        {
            ["Email"] = SeededPortal.Owner, ["Password"] = RunningPortal.Password, ["__RequestVerificationToken"] = token,
        });
        Assert.AreEqual(HttpStatusCode.Redirect, signedIn.Status, signedIn.Text);
        string session = CookieOf(signedIn, "__Host-atlantic-session");

        Assert.AreEqual(HttpStatusCode.OK, await AdminAsync(portal, session, https: true));
        Assert.AreEqual(HttpStatusCode.Redirect, await AdminAsync(portal, session["__Host-".Length..], https: true),
            "one that came by HTTP is no session");
        Assert.AreEqual(HttpStatusCode.Redirect, await AdminAsync(portal, session, https: false), "nor the other way round");
    }

    [TestMethod]
    public async Task Theme_OverHttps_IsRememberedAndForgotten()
    {
        await using var portal = await StartAsync(new StatedCertificate());
        using var visitor = Secure(portal);
        var form = await visitor.GetAsync("/setup");
        visitor.Http.DefaultRequestHeaders.Add("Cookie", CookieOf(form, "__Host-atlantic-antiforgery"));
        string token = TokenField().Match(form.Body).Groups[1].Value;

        foreach (string theme in new[] { "dark", "" })
        {
            var answer = await visitor.PostBareAsync("/appearance",
                new() { ["theme"] = theme, ["__RequestVerificationToken"] = token });
            Assert.AreEqual($"__Host-atlantic-theme={theme}", CookieOf(answer, "__Host-atlantic-theme"));
        }
    }

    [TestMethod]
    [DataRow("__Host-atlantic-session=a; __Host-other=b; c=d", "atlantic-session=a; __Host-other=b; c=d")]
    [DataRow("atlantic-session=evil", null)]
    [DataRow("atlantic-session=evil; __Host-atlantic-session=a", "atlantic-session=a")]
    [DataRow("__Host-atlantic-sessionC1=a; atlantic-sessionC2=evil", "atlantic-sessionC1=a")]
    [DataRow(" ; ;x=y", "x=y")]
    public void Cookies_Received_AreOursOnlyWithThePrefix(string sent, string? expected) =>
        Assert.AreEqual(expected, HostCookies.Received(sent));

    [TestMethod]
    public void Cookies_ReceivedInSeveralLines_AreAllRead() =>
        Assert.AreEqual("atlantic-session=a; b=c", HostCookies.Received(new StringValues(["__Host-atlantic-session=a", "b=c"])));

    private static Task<RunningPortal> StartAsync(StatedCertificate certificate) => RunningPortal.StartAsync(
        options => options.TrustedProxies.Add("127.0.0.1"),
        app =>
        {
            foreach (string path in new[] { "/health/ready", "/metrics" })
                app.MapGet(path, () => "well").AllowAnonymous();
        },
        services: services => services.AddSingleton<IPortalCertificate>(certificate));

    private static Visitor Secure(RunningPortal portal)
    {
        var visitor = new Visitor(portal.Address);
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        return visitor;
    }

    private static async Task<HttpStatusCode> AdminAsync(RunningPortal portal, string cookie, bool https)
    {
        using var visitor = https ? Secure(portal) : new Visitor(portal.Address);
        visitor.Http.DefaultRequestHeaders.Add("Cookie", cookie);
        return (await visitor.GetAsync("/admin")).Status;
    }

    /// <summary>A cookie that is set, as it is sent back.</summary>
    private static string CookieOf(Answer answer, string name)
    {
        string cookie = answer.Response.Headers.GetValues("Set-Cookie")
            .Single(cookie => cookie.StartsWith($"{name}=", StringComparison.Ordinal));
        Assert.Contains("; secure", cookie);
        Assert.Contains("; path=/", cookie);
        return cookie.Split(';')[0];
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}
