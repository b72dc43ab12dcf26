using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class BrandTests
{
    private const string Settings = "/admin/settings/brand";

    [TestMethod]
    public async Task Brand_Set_IsOnEveryPage_AndStrangersSeeTheLandingPage()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        using var stranger = portal.Anyone();
        Assert.StartsWith("/sign-in?", (await stranger.GetAsync("/")).Location);
        Assert.AreEqual(HttpStatusCode.NotFound, (await stranger.GetAsync("/terms")).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await stranger.GetAsync("/brand/logo")).Status);
        Assert.AreEqual("", (await stranger.GetAsync("/brand.css")).Body);
        await running.Database.ExecuteAsync(
            """
            insert into plans (name, kind, price, currency, included_bytes)
            values ('Small', 'subscription', 900, 'USD', 5000000000)
            """);

        var saved = await owner.FollowAsync(await owner.PostAsync(Settings, new()
        {
            ["Accent"] = "#b3262f", ["SupportEmail"] = "help@shop.example", ["Landing"] = "true", ["Pitch"] = "Exits <everywhere>",
            ["About"] = "We have them.", ["Terms"] = "# Rules\n\n<script>alert(1)</script> [here](https://shop.example)\n",
            ["Privacy"] = "We keep little.",
        }));

        Assert.Contains("Saved.", saved.Text);
        var landing = await stranger.GetAsync("/");
        Assert.Contains("Exits &lt;everywhere&gt;", landing.Body);
        Assert.Contains("help@shop.example", landing.Text);
        Assert.Contains("5 GB included", landing.Text);
        Assert.Contains("9.00 USD", landing.Text);
        string style = System.Text.RegularExpressions.Regex.Match(landing.Body, "/brand\\.css\\?v=[0-9a-f]+").Value;
        var sheet = await stranger.GetAsync(style);
        Assert.Contains("--btn-bg: #b3262f;", sheet.Body);
        Assert.Contains("immutable", sheet.Response.Headers.CacheControl!.ToString());
        Assert.Contains(style, (await owner.GetAsync("/admin")).Body);
        var terms = await stranger.GetAsync("/terms");
        Assert.Contains("<h1>Rules</h1>", terms.Body);
        Assert.DoesNotContain("<script>alert", terms.Body);
        Assert.Contains("We keep little.", (await stranger.GetAsync("/privacy")).Text);
        Assert.AreEqual("/admin", (await owner.GetAsync("/")).Location);
    }

    [TestMethod]
    public async Task Brand_ThatCannotBe_IsSaidBesideTheField_AndKept()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var refused = await owner.PostAsync(Settings, new() { ["Accent"] = "#ffcc00", ["Pitch"] = "Kept" });

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("has a contrast of 1.5", refused.Text);
        Assert.Contains("value=\"Kept\"", refused.Body);
    }
}
