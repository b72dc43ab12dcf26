using System.Net;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>All settings on one page, and those of referrals on theirs.</summary>
[TestClass]
public sealed class SettingsOverviewTests
{
    [TestMethod]
    public async Task Settings_SayWhatTheyAre_WhatTheyWereByDefault_AndWhoChangedThem()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        string before = (await owner.GetAsync("/admin/settings?search=headline")).Text;
        Assert.DoesNotContain(SeededPortal.Owner, Content(before));

        await owner.PostAsync("/admin/settings/brand", new() { ["BrandName"] = "Harbour", ["Pitch"] = "Proxies <for> ships" });

        string after = Content((await owner.GetAsync("/admin/settings?search=headline")).Text);
        Assert.Contains("Proxies <for> ships", after);
        Assert.Contains(SeededPortal.Owner, after);
        Assert.DoesNotContain("Mail server", after);
        string all = Content((await owner.GetAsync("/admin/settings")).Text);
        Assert.Contains("none: no email is sent", all);
        Assert.Contains("standard rates of Europe", all);
        Assert.Contains("setup host NAME", all);
        Assert.Contains("No setting matches this search", (await owner.GetAsync("/admin/settings?search=nothing-like-it")).Text);
    }

    [TestMethod]
    public async Task SettingsOfTheMachine_AreThere_WithWhereTheyAreFrom()
    {
        var portal = await SeededPortal.StartAsync(services: services => services.AddSingleton<IMachineSettings, TwoSettings>());
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        string page = Content((await owner.GetAsync("/admin/settings")).Text);

        Assert.Contains("Engine:MaxConnections", page);
        Assert.Contains("at a time, of everybody", page);
        Assert.Contains("environment", page);
        Assert.DoesNotContain("Jobs:Workers", Content((await owner.GetAsync("/admin/settings?search=maxconn")).Text));
    }

    [TestMethod]
    public async Task Referrals_AreSetOnTheirPage()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        const string Page = "/admin/settings/referrals";

        var wrong = await owner.PostAsync(Page, new() { ["Enabled"] = "true", ["Percent"] = "101", ["ClearingDays"] = "30" });
        Assert.AreEqual(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Contains("Give a percentage from 0 to 100", wrong.Text);
        Assert.Contains("value=\"101\"", wrong.Body);

        var saved = await owner.FollowAsync(
            await owner.PostAsync(Page, new() { ["Enabled"] = "true", ["Percent"] = "12.5", ["ClearingDays"] = "14" }));

        Assert.Contains("Saved.", saved.Text);
        Assert.Contains("value=\"12.5\"", saved.Body);
        Assert.Contains("12.5 %", Content((await owner.GetAsync("/admin/settings?search=commission")).Text));
        Assert.Contains("No changes", (await owner.FollowAsync(
            await owner.PostAsync(Page, new() { ["Enabled"] = "true", ["Percent"] = "12.5", ["ClearingDays"] = "14" }))).Text);
    }

    private static string Content(string page) => page.Split("id=\"content\"")[1];

    private sealed class TwoSettings : IMachineSettings
    {
        public IReadOnlyList<MachineSetting> All { get; } =
        [
            new("Engine:MaxConnections", "at a time, of everybody", "20000", "100", SettingSource.Environment),
            new("Jobs:Workers", "jobs at a time", "2", "2", SettingSource.Default),
        ];
    }
}
