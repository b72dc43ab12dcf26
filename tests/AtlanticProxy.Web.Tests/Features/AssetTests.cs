using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.Web.StaticAssets;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class AssetTests
{
    [TestMethod]
    public async Task Assets_All_AreServedForeverAndCompressedWhenAsked()
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = portal.Anyone();

        foreach (string file in new AssetCatalog().FileNames)
        {
            var plain = await visitor.GetAsync($"/assets/{file}");
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/assets/{file}");
            request.Headers.AcceptEncoding.ParseAdd("gzip, br");
            var compressed = await visitor.Http.SendAsync(request);

            Assert.AreEqual(HttpStatusCode.OK, plain.Status, file);
            string cache = string.Join(", ", plain.Response.Headers.GetValues("Cache-Control"));
            Assert.Contains("immutable", cache, file);
            Assert.Contains("max-age=31536000", cache, file);
            Assert.AreEqual(!file.EndsWith(".woff2", StringComparison.Ordinal),
                compressed.Content.Headers.ContentEncoding.Contains("br"), file);
            Assert.IsEmpty(plain.Response.Content.Headers.ContentEncoding);
        }
    }

    [TestMethod]
    public void Names_OfBundles_CarryAFingerprint()
    {
        var assets = new AssetCatalog();

        foreach (string name in new[] { "theme.css", "portal.js", "charts.js", "favicon.svg", "icons.svg" })
            Assert.MatchesRegex($"^/assets/{name.Split('.')[0]}-[0-9A-Z]{{8}}\\.{name.Split('.')[1]}$", assets[name]);
    }

    [TestMethod]
    public async Task Asset_ForSomebodySignedInWhileSessionsCannotBeRead_IsServed()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        string script = Regex.Match((await owner.GetAsync("/admin")).Body, "/assets/portal-[^\"]+").Value;

        await running.Database.ExecuteAsync("alter table user_sessions rename to away");

        Assert.AreEqual(HttpStatusCode.InternalServerError, (await owner.GetAsync("/admin")).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await owner.GetAsync(script)).Status);
    }
}
