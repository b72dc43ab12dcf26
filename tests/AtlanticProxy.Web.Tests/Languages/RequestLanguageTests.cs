using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Languages;

/// <summary>Which language somebody reads, and how it is chosen.</summary>
[TestClass]
public sealed class RequestLanguageTests
{
    private const string English = "<html lang=\"en\"", French = "<html lang=\"fr\"";

    [TestMethod]
    [DataRow("fr-CA,fr;q=0.9,en;q=0.8", French)]
    [DataRow("de,fr;q=0.5", French)]
    [DataRow("en-GB,fr;q=0.5", English)]
    [DataRow("xx", English)]
    [DataRow("", English)]
    public async Task NothingChosen_IsTheFirstOfTheBrowsersThatThereIs(string accepted, string page)
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = Reading(portal, accepted);

        Assert.Contains(page, (await visitor.GetAsync("/sign-in")).Body);
    }

    [TestMethod]
    public async Task Chosen_StaysInThisBrowser_WhateverItAccepts()
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = Reading(portal, "en");

        var answer = await visitor.PostAsync("/appearance/language", Choosing("fr", "/forgot-password?x=1"));

        Assert.AreEqual("/forgot-password?x=1", answer.Location);
        var page = await visitor.GetAsync("/sign-in");
        Assert.Contains(French, page.Body);
        Assert.Contains("Mot de passe", page.Text);
        await visitor.PostAsync("/appearance/language", Choosing("en", "/"));
        Assert.Contains(English, (await visitor.GetAsync("/sign-in")).Body);
    }

    [TestMethod]
    [DataRow("xx")]
    [DataRow("")]
    [DataRow("../fr")]
    public async Task Language_ThatThereIsNot_ChangesNothing(string language)
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = Reading(portal, "fr");

        await visitor.PostAsync("/appearance/language", Choosing(language, "https://elsewhere.example/"));

        Assert.Contains(French, (await visitor.GetAsync("/sign-in")).Body);
    }

    [TestMethod]
    [DataRow("https://elsewhere.example/")]
    [DataRow("//elsewhere.example")]
    public async Task Chosen_LeadsNowhereElse(string returnUrl)
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = portal.Anyone();

        Assert.AreEqual("/", (await visitor.PostAsync("/appearance/language", Choosing("fr", returnUrl))).Location);
    }

    [TestMethod]
    public async Task Refusal_IsInTheLanguageToo_AndFiguresInMarkupAreNot()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        owner.Http.DefaultRequestHeaders.Add("Accept-Language", "fr");

        var page = await owner.GetAsync("/admin");

        Assert.AreEqual(HttpStatusCode.OK, page.Status);
        Assert.Contains("Tableau de bord", page.Text);
        Assert.DoesNotMatchRegex("(value|max|data-at)=\"\\d+,\\d", page.Body);
        var refused = await owner.PostAsync("/admin/coupons/new", new() { ["Code"] = "?", ["Value"] = "10" });
        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("Un code compte de 3 à 32 lettres", refused.Text);
    }

    private static Visitor Reading(SeededPortal portal, string accepted)
    {
        var visitor = portal.Anyone();
        if (accepted.Length > 0)
            visitor.Http.DefaultRequestHeaders.Add("Accept-Language", accepted);
        return visitor;
    }

    private static Dictionary<string, string> Choosing(string language, string returnUrl) =>
        new() { ["language"] = language, ["returnUrl"] = returnUrl };
}
