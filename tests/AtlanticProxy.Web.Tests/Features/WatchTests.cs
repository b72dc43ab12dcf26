using System.Globalization;
using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>What customers watch: usage, activity and sign-ins, and never anybody else's.</summary>
[TestClass]
public sealed class WatchTests
{
    private static Task<int> UseAsync(SeededPortal portal, SeededCustomer customer, long bytes, string country = "us",
        int hoursAgo = 0, string host = "shop.example") => portal.Portal.Database.ExecuteAsync(string.Create(
        CultureInfo.InvariantCulture, $"""
        select ensure_partitions(array['usage_hourly', 'usage_targets', 'connection_hours'],
            now() - interval '{hoursAgo} hours', now());
        insert into usage_hourly (proxy_user_id, provider_id, country, hour, bytes_up, bytes_down, connections)
            values ({customer.ProxyUserId}, 1, '{country}', date_trunc('hour', now(), 'UTC') - interval '{hoursAgo} hours',
                {bytes}, 0, 3) on conflict do nothing;
        insert into usage_targets (proxy_user_id, day, host, bytes, error, connections)
            values ({customer.ProxyUserId}, date_trunc('day', now(), 'UTC'), '{host}', {bytes}, 0, 3) on conflict do nothing;
        insert into connection_hours (proxy_user_id, hour, country, outcome, connect_bucket, refused, connections)
            values ({customer.ProxyUserId}, date_trunc('hour', now(), 'UTC'), '{country}', 'NoExit', -1, true, 1),
                ({customer.ProxyUserId}, date_trunc('hour', now(), 'UTC'), '{country}', 'Completed', 31, false, 3)
            on conflict do nothing;
        update schema_migrations set applied_at = now() - interval '60 days'
        """));

    private static Task<int> LogAsync(SeededPortal portal, SeededCustomer customer, string outcome, bool refused, string host,
        string? detail = null, int secondsAgo = 0, int count = 1) => portal.Portal.Database.ExecuteAsync(string.Create(
        CultureInfo.InvariantCulture, $"""
        select ensure_partitions(array['connection_log'], now() - interval '1 day', now());
        insert into connection_log (proxy_user_id, ended_at, duration_ms, outcome, refused, detail, client_address, host, port,
            provider_id, country, bytes_up, bytes_down)
        select {customer.ProxyUserId}, now() - interval '{secondsAgo} s' - i * interval '1 ms', 3200, '{outcome}', {refused},
            {(detail is null ? "null" : $"'{detail}'")}, '203.0.113.7', '{host}', 443, 1, 'de', 1200, 34000000
        from generate_series(1, {count}) i
        """));

    [TestMethod]
    public async Task Usage_OfACustomer_IsItsOwn_WithFiguresSharesAndAFile()
    {
        var portal = await SeededPortal.SharedAsync();
        var (mine, theirs) = (await portal.AddCustomerAsync(), await portal.AddCustomerAsync());
        await UseAsync(portal, mine, 1_230_000_000);
        await UseAsync(portal, theirs, 9_870_000_000, "fr", host: "secret.example");
        using var me = await portal.SignedInAsync(mine.Email);

        var page = await me.GetAsync("/usage?range=today");
        var file = await me.GetAsync("/usage/file?range=today&by=hour");
        var another = await me.GetAsync($"/usage?range=today&user={theirs.ProxyUserName}&country=fr");

        foreach (string words in (string[])[mine.ProxyUserName, "1.23", "United States", "shop.example", "75%", "200 ms",
            "No exit", "nothing to compare with"])
            Assert.Contains(words, page.Text);
        foreach (string words in (string[])[theirs.ProxyUserName, "9.87", "secret.example"])
            Assert.DoesNotContain(words, page.Text.Replace("france", "", StringComparison.OrdinalIgnoreCase));
        Assert.AreEqual("text/csv", file.Response.Content.Headers.ContentType!.MediaType);
        string[] lines = file.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.AreEqual("from,to,proxy_user,country,bytes_up,bytes_down,bytes,connections", lines[0]);
        Assert.HasCount(2, lines);
        Assert.MatchesRegex($@"^\d{{4}}-\d\d-\d\dT\d\d:00:00Z,\S+Z,{mine.ProxyUserName},us,1230000000,0,1230000000,3$", lines[1]);
        Assert.Contains("No traffic in these days", another.Text);
    }

    [TestMethod]
    public async Task Usage_FromBeforeEndingsWereCounted_HasNoSuccessRate_UnlessThereWasNone()
    {
        var portal = await SeededPortal.StartAsync();
        var (early, late) = (await portal.AddCustomerAsync(), await portal.AddCustomerAsync());
        await UseAsync(portal, early, 1_000);
        await UseAsync(portal, early, 1_000, hoursAgo: 72);
        await UseAsync(portal, late, 1_000);
        await portal.Portal.Database.ExecuteAsync("update schema_migrations set applied_at = now() - interval '40 hours'");
        using var before = await portal.SignedInAsync(early.Email);
        using var after = await portal.SignedInAsync(late.Email);

        Assert.Contains("not measured on all of these days", (await before.GetAsync("/usage?range=7d")).Text);
        Assert.DoesNotContain("<span class=\"figure\">75%", (await before.GetAsync("/usage?range=7d")).Text);
        Assert.Contains("<span class=\"figure\">75%", (await after.GetAsync("/usage?range=7d")).Text);
        await portal.Portal.DisposeAsync();
    }

    [TestMethod]
    public async Task Usage_StackedAndByEachGrain_HasItsChart()
    {
        var portal = await SeededPortal.SharedAsync();
        var mine = await portal.AddCustomerAsync();
        await UseAsync(portal, mine, 1_000);
        using var me = await portal.SignedInAsync(mine.Email);

        foreach (string grain in (string[])["hour", "day", "month"])
            Assert.Contains($"Traffic by {grain}", (await me.GetAsync($"/usage?range=7d&by={grain}")).Text);
        Assert.Contains("\"label\":\"United States\"", (await me.GetAsync("/usage?range=7d&stack=country")).Text);
        Assert.Contains($"\"label\":\"{mine.ProxyUserName}\"", (await me.GetAsync("/usage?range=7d&stack=proxyuser")).Text);
    }

    [TestMethod]
    [DataRow("?range=dates&from=2026-02-31&to=never", "is not a day: write it as 2026-11-28")]
    [DataRow("?range=dates&from=9999-12-31&to=0001-01-01", "Usage")]
    [DataRow("?range=dates&from=0001-01-01&to=9999-12-31&by=hour", "Traffic by month|No traffic in these days")]
    [DataRow("?range=%00&by=decade&stack=provider&user='--&country=%3Cscript%3E", "Usage")]
    [DataRow("?range=last-period", "Usage")]
    public async Task Usage_OfHostileAddresses_IsAPage(string query, string words)
    {
        var portal = await SeededPortal.SharedAsync();
        var mine = await portal.AddCustomerAsync();
        using var me = await portal.SignedInAsync(mine.Email);

        var page = await me.GetAsync($"/usage{query}");
        var file = await me.GetAsync($"/usage/file{query}");

        Assert.AreEqual(HttpStatusCode.OK, page.Status);
        Assert.MatchesRegex(words, page.Text);
        Assert.DoesNotContain("<script>", page.Body);
        Assert.AreEqual(HttpStatusCode.OK, file.Status);
    }

    [TestMethod]
    public async Task Activity_FoldsEqualEndings_SaysWhatToDo_AndIsOnlyMine()
    {
        var portal = await SeededPortal.SharedAsync();
        var (mine, theirs) = (await portal.AddCustomerAsync(), await portal.AddCustomerAsync());
        await LogAsync(portal, mine, "Completed", false, "good.test");
        await LogAsync(portal, mine, "NoExit", true, "bad.test", "<b>de</b>", secondsAgo: 2, count: 13);
        await LogAsync(portal, mine, "UpstreamReset", false, "reset.test", secondsAgo: 4);
        await LogAsync(portal, theirs, "Completed", false, "theirs.test");
        using var me = await portal.SignedInAsync(mine.Email);

        var all = await me.GetAsync("/activity");
        var refused = await me.GetAsync("/activity?outcome=refused");
        var failed = await me.GetAsync("/activity?outcome=failed&host=RESET");
        var file = await me.GetAsync("/activity/file?outcome=refused");

        foreach (string words in (string[])["good.test", "bad.test", "reset.test", "×13", "No exit", "Ask for a larger place",
            "Ours", "<b>de</b>", "The target’s", "Germany"])
            Assert.Contains(words, all.Text);
        Assert.DoesNotContain("<b>de</b>", all.Body);
        Assert.DoesNotContain("theirs.test", all.Text);
        Assert.DoesNotContain("good.test", refused.Text);
        Assert.Contains("reset.test", failed.Text);
        Assert.DoesNotContain("bad.test", failed.Text);
        Assert.HasCount(14, file.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("theirs.test", (await me.GetAsync($"/activity?user={theirs.ProxyUserName}")).Text);
    }

    [TestMethod]
    public async Task Activity_ManyRows_AreReadPageByPage()
    {
        var portal = await SeededPortal.SharedAsync();
        var mine = await portal.AddCustomerAsync();
        for (int i = 0; i < 60; i++)
            await LogAsync(portal, mine, "Completed", false, $"host{i}.test", secondsAgo: i);
        using var me = await portal.SignedInAsync(mine.Email);

        var first = await me.GetAsync("/activity");
        string older = first.Text[first.Text.IndexOf("/activity?before=", StringComparison.Ordinal)..].Split('"')[0];
        var second = await me.GetAsync(older);

        Assert.Contains("host0.test", first.Text);
        Assert.DoesNotContain("host50.test", first.Text);
        Assert.Contains("host50.test", second.Text);
        Assert.Contains("host59.test", second.Text);
        Assert.DoesNotContain("host49.test", second.Text);
        Assert.DoesNotContain(">Older<", second.Body);
    }

    [TestMethod]
    [DataRow("?before=99999999999999999999-1")]
    [DataRow("?before=9223372036854775807-9223372036854775807")]
    [DataRow("?before=-1--1&time=century&outcome=odd&ending=Nothing")]
    [DataRow("?host=%00%25_%27&country=zz&user=%3Cscript%3E&ending=999999999999")]
    [DataRow("/sign-ins?before=soon")]
    [DataRow("/sign-ins?before=-5")]
    public async Task Activity_OfHostileAddresses_IsAPage(string query)
    {
        var portal = await SeededPortal.SharedAsync();
        var mine = await portal.AddCustomerAsync();
        await LogAsync(portal, mine, "Completed", false, "good.test");
        using var me = await portal.SignedInAsync(mine.Email);

        var page = await me.GetAsync($"/activity{query}");

        Assert.AreEqual(HttpStatusCode.OK, page.Status, page.Text);
        Assert.DoesNotContain("<script>", page.Body);
    }

    [TestMethod]
    public async Task SignIns_TellWhoCameAndWhoTried_OfThisCustomerAlone()
    {
        var portal = await SeededPortal.SharedAsync();
        var (mine, theirs) = (await portal.AddCustomerAsync(), await portal.AddCustomerAsync());
        using var guesser = portal.Anyone();
        await guesser.PostAsync("/sign-in", new() { ["Email"] = mine.Email, ["Password"] = "not-the-password" });
        await guesser.PostAsync("/sign-in", new() { ["Email"] = "nobody@nowhere.example", ["Password"] = "not-the-password" });
        using var them = await portal.SignedInAsync(theirs.Email);
        using var me = await portal.SignedInAsync(mine.Email);
        // A failure is logged once its answer is sent.
        await Poll.UntilAsync(async () => (await me.GetAsync("/activity/sign-ins")).Text.Contains("Wrong password",
            StringComparison.Ordinal));

        var page = await me.GetAsync("/activity/sign-ins");

        Assert.Contains("Signed in", page.Text);
        Assert.Contains(mine.Email, page.Text);
        Assert.DoesNotContain(theirs.Email, page.Text);
        Assert.DoesNotContain("nobody@", page.Text);
    }

    [TestMethod]
    public async Task SignIns_GuessedAtForAnHour_KeepOnlySoManyFailures()
    {
        var portal = await SeededPortal.SharedAsync();
        var mine = await portal.AddCustomerAsync();
        long user = await portal.Portal.Database.ScalarAsync<long>($"select id from users where email = '{mine.Email}'");
        for (int i = 0; i < 25; i++)
            await portal.Portal.UseAsync(async (SignInLog log) =>
            {
                await log.AddAsync(user, new(null, ""), SignInEnding.WrongPassword, default);
                return true;
            });
        await portal.Portal.UseAsync(async (SignInLog log) =>
        {
            await log.AddAsync(user, new(IPAddress.Loopback, ""), SignInEnding.SignedIn, default);
            return true;
        });

        Assert.AreEqual(21, await portal.Portal.Database.ScalarAsync<long>(
            $"select count(*) from sign_ins where user_id = {user}"));
    }
}
