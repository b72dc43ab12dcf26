using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;

namespace AtlanticProxy.ControlPlane.Tests.Site;

[TestClass]
public sealed class LookTests
{
    private static readonly SetLook.Request Whole = new("#B3262F", [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 1],
        " Help@Shop.example ", true, " Proxies that stay up ", "About us", "# Terms", "# Privacy");

    [TestMethod]
    public async Task Look_Set_IsKept_TheLogoUntilItIsRemoved()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        Assert.AreEqual(SiteLook.Plain, await plane.AskAsync((SiteQueries site) => site.LookAsync(default)));

        var look = (await SetAsync(plane, Whole)).Value;

        Assert.AreEqual(("#b3262f", "help@shop.example", true, "Proxies that stay up", "About us", "# Terms", "# Privacy"),
            (look.Accent, look.SupportEmail, look.Landing, look.Pitch, look.About, look.Terms, look.Privacy));
        CollectionAssert.AreEqual(Whole.Logo, look.Logo);
        look = (await SetAsync(plane, Whole with { Accent = "", Logo = null, SupportEmail = "" })).Value;
        Assert.AreEqual((null, null), (look.Accent, look.SupportEmail));
        CollectionAssert.AreEqual(Whole.Logo, look.Logo);
        Assert.IsNull((await SetAsync(plane, Whole with { Logo = [] })).Value.Logo);
    }

    [TestMethod]
    public async Task Look_ThatCannotBe_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        async Task<string> CodesAsync(SetLook.Request request) => (await SetAsync(plane, request)).Codes();

        Assert.AreEqual("site.accent_invalid@Accent", await CodesAsync(Whole with { Accent = "red" }));
        Assert.AreEqual("site.accent_pale@Accent", await CodesAsync(Whole with { Accent = "#ffcc00" }));
        Assert.AreEqual("site.support_email_invalid@SupportEmail", await CodesAsync(Whole with { SupportEmail = "nobody" }));
        Assert.AreEqual("site.logo_invalid@Logo", await CodesAsync(Whole with { Logo = "<svg onload='x'>"u8.ToArray() }));
        Assert.AreEqual("site.logo_invalid@Logo",
            await CodesAsync(Whole with { Logo = [.. Whole.Logo!, .. new byte[SiteLook.MaxLogoSize]] }));
        Assert.AreEqual("site.pitch_missing@Pitch", await CodesAsync(Whole with { Pitch = " " }));
        Assert.AreEqual("site.text_too_long@About",
            await CodesAsync(Whole with { About = new string('x', SiteLook.MaxAbout + 1) }));
        Assert.AreEqual("White text on #ffcc00 has a contrast of 1.5. Choose a darker colour: 4.5 is needed.",
            (await SetAsync(plane, Whole with { Accent = "fc0" })).Errors[0].Message);
        Assert.AreEqual(SiteLook.Plain, await plane.AskAsync((SiteQueries site) => site.LookAsync(default)), "nothing was saved");
    }

    [TestMethod]
    public void Contrast_IsThatOfWcag()
    {
        Assert.AreEqual(21, Colour.Contrast("#000000", "#ffffff"), 0.001);
        Assert.AreEqual(1, Colour.Contrast("#808080", "#808080"), 0.001);
        Assert.AreEqual(4.54, Colour.Contrast("#767676", Colour.White), 0.01); // the lightest grey that passes on white
        Assert.AreEqual("#aabbcc", Colour.Normalise("ABC"));
        Assert.IsNull(Colour.Normalise("#12345g"));
    }

    [TestMethod]
    [DataRow("#000000"), DataRow("#0b6787"), DataRow("#b3262f"), DataRow("#00008b"), DataRow("#ffffff")]
    public void Accent_InTheDarkTheme_IsReadable(string accent) => Assert.IsGreaterThanOrEqualTo(Colour.MinContrast,
        Colour.Contrast(Colour.ReadableOn(accent, Colour.DarkCard), Colour.DarkCard));

    private static Task<Result<SiteLook>> SetAsync(ControlPlaneTest plane, SetLook.Request request) =>
        plane.AskAsync((SetLook set) => set.ExecuteAsync(request, default));
}
