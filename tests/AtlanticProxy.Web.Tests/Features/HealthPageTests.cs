using System.Collections.Concurrent;
using System.Net;
using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>The pages of health, alerts and status.</summary>
[TestClass]
[DoNotParallelize] // what the checks found is one for all
public sealed class HealthPageTests
{
    private static readonly Stand Checks = new();
    private static SeededPortal s_portal = null!;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => s_portal =
        await SeededPortal.StartAsync(services: services => services.AddSingleton<IHealthLooks>(Checks));

    [ClassCleanup]
    public static async Task StopAsync() => await s_portal.Portal.DisposeAsync();

    [TestInitialize]
    public void Reset()
    {
        Checks.Turned = Now;
        Checks.Current = [Look("engine", HealthState.Healthy), Look("database", HealthState.Healthy)];
    }

    [TestMethod]
    public async Task WhatFails_StandsFirst_WithWhatToDo()
    {
        using var support = await s_portal.SignedInAsync(SeededPortal.Support);
        Assert.Contains("All 2 checks pass.", (await support.GetAsync("/admin/health")).Text);

        Checks.Current =
            [Look("engine", HealthState.Healthy), Look("disk", HealthState.Degraded, "900 MB of 9000 MB are free."),
                Look("providers", HealthState.Unhealthy, "acme is down")];
        string page = (await support.GetAsync("/admin/health/now")).Text;

        foreach (string words in (string[])["2 checks need attention.", "900 MB of 9000 MB are free.",
            "Remove old backups and logs",
            "acme is down", "Test the providers that are named", "Degraded", "Failing"])
            Assert.Contains(words, page);
        Assert.IsLessThan(page.IndexOf("900 MB", StringComparison.Ordinal),
            page.IndexOf("acme is down", StringComparison.Ordinal), "the worst first");
        Assert.DoesNotContain("Check again", (await support.GetAsync("/admin/health")).Text);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await support.PostAsync("/admin/health/again")).Status);
    }

    [TestMethod]
    public async Task ChecksThatHaveStopped_AreSaidToBeOld()
    {
        Checks.Turned = Now.AddMinutes(-5);
        using var staff = await s_portal.SignedInAsync(SeededPortal.Operator);
        Assert.Contains("Checks have not run since", (await staff.GetAsync("/admin/health")).Text);
        Checks.Current = [];
        Assert.Contains("No check has run yet.", (await staff.GetAsync("/admin/health")).Text);
    }

    [TestMethod]
    public async Task Operator_ChecksAgain_MutesAndPlansMaintenance()
    {
        using var staff = await s_portal.SignedInAsync(SeededPortal.Operator);
        int before = Checks.Agains;
        await staff.PostAsync("/admin/health/again");
        Assert.AreEqual(before + 1, Checks.Agains);

        var muted = await staff.FollowAsync(
            await staff.PostAsync("/admin/health/mutes", new() { ["Check"] = "database", ["Hours"] = "1" }));
        Assert.Contains("Database is muted", muted.Text);
        Assert.Contains("It is muted until", muted.Text);
        var wrong = await staff.PostAsync("/admin/health/mutes", new() { ["Until"] = "soon" });
        Assert.AreEqual(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Contains("Give an end", (await staff.PostAsync("/admin/health/mutes", new() { ["Note"] = "disk" })).Text);
        var planned = await staff.FollowAsync(await staff.PostAsync("/admin/health/mutes",
            new() { ["From"] = "", ["Until"] = $"{Now.AddHours(2):yyyy-MM-ddTHH:mm}", ["Note"] = "new disk" }));
        Assert.Contains("Maintenance is planned", planned.Text);
        Assert.Contains("new disk", planned.Text);

        long id = await s_portal.Portal.Database.ScalarAsync<long>($"select max(id) from health_mutes");
        var ended = await staff.FollowAsync(await staff.PostAsync($"/admin/health/mutes/{id}/end"));
        Assert.Contains("Ended. Alerts are sent again.", ended.Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await staff.PostAsync("/admin/health/mutes",
            new() { ["Check"] = "nonsense", ["Hours"] = "1" })).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await staff.PostAsync("/admin/health/mutes/9999/end")).Status);
    }

    [TestMethod]
    public async Task Check_HasItsHistory_AndOneThatIsNotKnownHasNone()
    {
        await s_portal.Portal.Database.ExecuteAsync("""
            insert into health_spans (node, check_name, state, words, began_at, seen_at) values
                ('node-1', 'clock', 'healthy', '', now() - interval '3 hours', now() - interval '1 hour'),
                ('node-1', 'clock', 'degraded', '5 s ahead', now() - interval '1 hour', now())
            """);
        using var staff = await s_portal.SignedInAsync(SeededPortal.Support);
        string page = (await staff.GetAsync("/admin/health/checks/clock")).Text;
        foreach (string words in (string[])["Clock", "66.6%", "5 s ahead", "1 h 0 min", "2 h 0 min", "node-1"])
            Assert.Contains(words, page);
        Assert.Contains("5 s ahead", (await staff.GetAsync("/admin/health/incidents")).Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await staff.GetAsync("/admin/health/checks/nonsense")).Status);
    }

    [TestMethod]
    public async Task Channel_IsAdded_Changed_AndRemoved_AndItsSecretIsNeverShown()
    {
        using var staff = await s_portal.SignedInAsync(SeededPortal.Operator);
        using var support = await s_portal.SignedInAsync(SeededPortal.Support);
        Assert.Contains("PagerDuty", (await staff.GetAsync("/admin/health/alerts/new")).Text);
        Dictionary<string, string> form = new()
        {
            ["Kind"] = "PagerDuty", ["Name"] = "On call", ["Secret"] = "r0uting-key", ["From"] = "Unhealthy",
            ["AfterMinutes"] = "5", ["IntervalMinutes"] = "0", ["RemindMinutes"] = "0", ["Enabled"] = "true",
        };
        Assert.Contains("Give the integration key",
            (await staff.PostAsync("/admin/health/alerts/new", new(form) { ["Secret"] = "" })).Text);
        var added = await staff.PostAsync("/admin/health/alerts/new", form);
        string path = added.Location;
        string page = (await staff.GetAsync(path)).Text;
        Assert.Contains("Already set. Leave empty to keep it.", page);
        Assert.DoesNotContain("r0uting-key", page);

        Assert.Contains("On call is changed.", (await staff.FollowAsync(
            await staff.PostAsync(path, new(form) { ["Secret"] = "", ["AfterMinutes"] = "6" }))).Text);
        string list = (await support.GetAsync("/admin/health/alerts")).Text;
        Assert.Contains("after 6 minutes", list);
        Assert.DoesNotContain("Add channel", list);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await support.GetAsync(path)).Status);
        Assert.AreEqual(1L, await s_portal.Portal.Database.ScalarAsync<long>($"""
            select count(*) from audit_entries where object = 'alert_channels' and change = 'changed'
                and (before || after)::text not like '%r0uting%'
            """));

        Assert.Contains("Remove On call?", (await staff.GetAsync($"{path}/remove")).Text);
        Assert.Contains("The channel is removed.", (await staff.FollowAsync(await staff.PostAsync($"{path}/remove"))).Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await staff.GetAsync(path)).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await staff.PostAsync($"{path}/test")).Status);
    }

    [TestMethod]
    public async Task Status_IsForAnybody_InCustomersWords()
    {
        using var anyone = s_portal.Anyone();
        Assert.Contains("All systems are operational.", (await anyone.GetAsync("/status")).Text);
        Checks.Current = [Look("engine", HealthState.Healthy), Look("providers", HealthState.Unhealthy, "acme-secret is down")];
        string page = (await anyone.GetAsync("/status")).Text;
        Assert.Contains("Some systems are down. We are investigating.", page);
        Assert.Contains("Outage", page);
        Assert.DoesNotContain("acme-secret", page, "names of providers are the reseller's own");
        Checks.Current = [];
        Assert.Contains("The status is not known yet", (await anyone.GetAsync("/status")).Text);
    }

    private static CheckLook Look(string check, HealthState state, string words = "") => new(
        "node-1", check, state, Now.AddMinutes(-3),
        state == HealthState.Healthy ? null : Now.AddMinutes(-3), words, ["gateway"], Now,
        TimeSpan.FromMilliseconds(3), 0, 1, false);

    private sealed class Stand : IHealthLooks
    {
        public IReadOnlyList<CheckLook> Current { get; set; } = [];

        public ConcurrentQueue<CheckLook> Changes { get; } = new();

        public DateTimeOffset? Turned { get; set; }

        public DateTimeOffset? LastTurn => Turned;

        public int Agains { get; private set; }

        public void LookAgain() => Agains++;
    }
}
