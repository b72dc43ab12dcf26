using System.Text.Json;
using Npgsql;

namespace AtlanticProxy.Host.Tests.Cli;

/// <summary>Plans, coupons, what customers use of them, and customers who move in.</summary>
public sealed partial class NounTests
{
    [TestMethod]
    public async Task Coupon_FromAddToDisable()
    {
        await SaysAsync("Created coupon SPRING", "coupon", "add", "spring", "--percent", "10", "--uses", "5");
        await SaysAsync("coupon SPRING: changed", "coupon", "set", "Spring", "--until", "2099-12-31", "--uses", "none",
            "--first-purchase", "yes");
        await SaysAsync("No changes: coupon SPRING is changed already", "coupon", "set", "spring", "--until", "2099-12-31");
        using (var set = await JsonAsync("coupon", "set", "spring", "--uses-each", "3"))
            Assert.AreEqual(("2100-01-01T00:00:00+00:00", JsonValueKind.Null, 3, true),
                (set.RootElement.GetProperty("validUntil").GetString(),
                    set.RootElement.GetProperty("maxRedemptions").ValueKind,
                    set.RootElement.GetProperty("maxPerCustomer").GetInt32(),
                    set.RootElement.GetProperty("firstPurchaseOnly").GetBoolean()));
        using (var endless = await JsonAsync("coupon", "set", "spring", "--until", "none"))
            Assert.AreEqual(JsonValueKind.Null, endless.RootElement.GetProperty("validUntil").ValueKind);
        await FailsAsync("The end comes after the beginning.", "coupon", "set", "spring", "--until", "2020-01-01");
        await FailsAsync("There is no coupon 'autumn'.", "coupon", "set", "autumn", "--uses", "1");

        await SaysAsync("coupon SPRING: disabled", "coupon", "disable", "spring");
        await SaysAsync("coupon SPRING: enabled", "coupon", "enable", "SPRING");
        await FailsAsync("There is no coupon 'autumn'.", "coupon", "enable", "autumn");
        await FailsAsync("There is no gateway 'Card'.", "gateway", "enable", "Card");
    }

    [TestMethod]
    public async Task Reseller_FromItsFloorToWhatComesBack()
    {
        await SaysAsync("Created plan Wholesale", "plan", "add", "Wholesale", "--kind", "subscription", "--price", "9",
            "--included-gb", "5");
        await SaysAsync("Created", "customer", "add", "rita@example.com", "--name", "Rita", "--plan", "Wholesale");
        await FailsAsync("may not have customers", "customer", "add", "sam@example.com", "--reseller", "rita@example.com");
        await FailsAsync("There is no such customer.", "customer", "add", "sam@example.com", "--reseller", "no@example.com");
        await FailsAsync("There is no currency", "customer", "resell", "rita@example.com", "--floor", "2");
        await SaysAsync("rita@example.com may now resell", "customer", "resell", "rita@example.com", "--floor", "2.50",
            "--currency", "USD");
        await SaysAsync("No changes", "customer", "resell", "rita@example.com", "--floor", "2.50");
        await SaysAsync("Created sam@example.com", "customer", "add", "sam@example.com", "--reseller", "RITA@example.com");
        await SaysAsync("Reserved 3 GB for sam@example.com", "customer", "sell", "sam@example.com", "--gb", "3", "--until",
            "2099-12-31");
        await FailsAsync("There is not so much left", "customer", "sell", "sam@example.com", "--gb", "3");
        StringAssert.Contains((await VerbAsync("customer", "show", "sam@example.com")).Output, "Seller:      Rita\n");
        StringAssert.Contains((await VerbAsync("customer", "show", "rita@example.com")).Output, "Resells:     yes\n");
        using (var returned = await JsonAsync("customer", "take-back", "sam@example.com"))
            Assert.AreEqual(3_000_000_000L, returned.RootElement.GetProperty("bytes").GetInt64());
        await SaysAsync("0 GB of sam@example.com went back", "customer", "take-back", "sam@example.com");
        await FailsAsync("has customers of its own", "customer", "remove", "rita@example.com");
        await SaysAsync("may no longer resell", "customer", "resell", "rita@example.com", "--off");
        await FailsAsync("There is no such customer.", "customer", "take-back", "rita@example.com");
    }

    [TestMethod]
    public async Task Plan_ByTheYear_IsShownAsAYear()
    {
        await SaysAsync("Created plan Yearly", "plan", "add", "Yearly", "--kind", "subscription", "--price", "99", "--period",
            "1year");
        StringAssert.Contains((await VerbAsync("plan", "show", "Yearly")).Output, "Period:                 year\n");
        await SaysAsync("Changed plan Yearly", "plan", "set", "Yearly", "--period", "2years", "--pausable", "yes");
        StringAssert.Contains((await VerbAsync("plan", "show", "Yearly")).Output, "Pausable:               yes\n");
        StringAssert.Contains((await VerbAsync("plan", "show", "Yearly")).Output, "Period:                 2year\n");
        using var shown = await JsonAsync("plan", "show", "Yearly");
        Assert.AreEqual(("month", 24), (shown.RootElement.GetProperty("limits").GetProperty("periodUnit").GetString(),
            shown.RootElement.GetProperty("limits").GetProperty("periodLength").GetInt32()));
        await FailsAsync("30 years at most", "plan", "set", "Yearly", "--period", "31year");
    }

    [TestMethod]
    public async Task Usage_OfACustomer_SaysWhatIsLeftOfEachGrantAndItsDays()
    {
        await SaysAsync("Created plan Left", "plan", "add", "Left", "--kind", "subscription", "--price", "0", "--included-gb",
            "2");
        await SaysAsync("Created", "customer", "add", "left@example.com", "--plan", "Left");
        await SaysAsync("Created", "proxy-user", "add", "left@example.com", "lefty");
        await SaysAsync("", "customer", "grant", "left@example.com", "--gb", "1.5");
        await using (var database = NpgsqlDataSource.Create(s_server.ConnectionString + ";Pooling=false"))
        await using (var insert = database.CreateCommand("""
            insert into usage_daily (day, proxy_user_id, provider_id, country, bytes_up, bytes_down, connections)
            select date_trunc('day', now(), 'UTC'), id, 0, '', 1000, 2000, 3 from proxy_users where name = 'lefty'
            """))
            await insert.ExecuteNonQueryAsync();

        var shown = await VerbAsync("usage", "LEFT@example.com");
        foreach (string line in new[] { "Customer: left@example.com\n", "Served:   yes, from a grant\n", "Left:     3.5 GB",
            "Renews:   20", "staff   1.5 GB  1.5 GB", "period  2 GB    2 GB", "1,000  2,000  3,000  3\n" })
            StringAssert.Contains(shown.Output, line, shown.Error);
        using (var usage = await JsonAsync("usage", "left@example.com"))
        {
            var root = usage.RootElement;
            Assert.AreEqual(("left@example.com", true, "served", "grant", 3_500_000_000L),
                (root.GetProperty("customer").GetString(), root.GetProperty("served").GetBoolean(),
                    root.GetProperty("standing").GetString(), root.GetProperty("source").GetString(),
                    root.GetProperty("left").GetInt64()));
            CollectionAssert.AreEqual(new[] { "staff 1500000000", "period 2000000000" },
                root.GetProperty("grants").EnumerateArray()
                    .Select(grant => $"{grant.GetProperty("origin")} {grant.GetProperty("left")}").ToArray());
            var days = root.GetProperty("days").EnumerateArray().ToList();
            Assert.HasCount(30, days);
            Assert.AreEqual((0L, 3000L), (days[0].GetProperty("bytes").GetInt64(), days[^1].GetProperty("bytes").GetInt64()));
        }

        await SaysAsync("customer left@example.com: suspended", "customer", "suspend", "left@example.com");
        StringAssert.Contains((await VerbAsync("usage", "left@example.com")).Output, "Served:   no, suspended\n");
        await SaysAsync("Created", "customer", "add", "fresh@example.com");
        string fresh = (await VerbAsync("usage", "fresh@example.com")).Output;
        StringAssert.Contains(fresh, "Served:   yes, without a limit\nLeft:     no limit\nRenews:   -\n");
        StringAssert.Contains(fresh, "No grants.\n\nNo traffic in the last 30 days.\n");
        await FailsAsync("There is no such customer.", "usage", "nobody@example.com");
    }

    [TestMethod]
    public async Task Plan_SetShownWithdrawnAndRemoved()
    {
        await FailsAsync("JPY has whole units only", "plan", "add", "Yen", "--kind", "per-gb", "--price", "9.5", "--currency",
            "JPY");
        await FailsAsync("There is no currency 'XQX'", "plan", "add", "Yen", "--kind", "per-gb", "--price", "9", "--currency",
            "XQX");
        await SaysAsync("Created plan Yen", "plan", "add", "Yen", "--kind", "per-gb", "--price", "900", "--currency", "jpy",
            "--speed-up-mbps", "0.5");
        await SaysAsync("Changed plan Yen for who buys it from now on", "plan", "set", "Yen", "--price", "950",
            "--max-connections", "7");
        await SaysAsync("Changed plan Yen", "plan", "set", "Yen", "--includes", "country");
        await SaysAsync("No changes: plan Yen has these settings already", "plan", "change", "Yen", "--price", "950");
        await FailsAsync("A limit is more than nothing", "plan", "set", "Yen", "--max-connections", "0");
        await FailsAsync("JPY has whole units only", "plan", "set", "Yen", "--price", "9.5");
        await SaysAsync("Changed", "plan", "set", "Yen", "--max-connections", "none");
        var shown = await VerbAsync("plan", "show", "yen");
        foreach (string line in new[] { "Kind:                   per-gb", "Price:                  950 JPY",
            "Speed up:               0.5 Mbps", "Max connections:        -" })
            StringAssert.Contains(shown.Output, line);

        await SaysAsync("plan Yen: withdrawn", "plan", "withdraw", "Yen");
        await SaysAsync("No changes: plan Yen is withdrawn already", "plan", "withdraw", "Yen");
        using (var listed = await JsonAsync("plan", "list"))
        {
            var plan = listed.RootElement.EnumerateArray().Single(each => each.GetProperty("name").GetString() == "Yen");
            Assert.AreEqual(("950", "per-gb", "withdrawn"),
                (plan.GetProperty("price").GetString(), plan.GetProperty("kind").GetString(),
                    plan.GetProperty("state").GetString()));
        }
        await SaysAsync("plan Yen: offered", "plan", "offer", "Yen");
        await SaysAsync("Removed plan Yen", "plan", "remove", "Yen");
        await FailsAsync("There is no such plan.", "plan", "show", "Yen");
    }

    [TestMethod]
    public async Task Import_CheckedRunListedUndone()
    {
        await SaysAsync("Created plan Moved", "plan", "add", "Moved", "--kind", "subscription", "--price", "9",
            "--included-gb", "10");
        string file = Folder["old.csv"];
        await File.WriteAllTextAsync(file, "Mail;user;pass;left;plan\nmover@example.com;mover1;their-old-one-42;4.5;Moved\n"
            + "shaker@example.com;shaker1;short;1;Moved\n");
        string[] map = ["--map", "left=gb_left", "--map", "user=proxy_user"];

        var check = await VerbAsync(["import", "customers", file, .. map, "--check"]);
        Assert.AreEqual((1, "Lines ready: 1, lines refused: 1. Nothing was changed.\n"
            + "line 3: proxy_password: A secret has 12 to 64 characters.\n"), (check.ExitCode, check.Output));
        await SaysAsync("", "import", "list");
        await FailsAsync("There is no such customer.", "customer", "show", "mover@example.com");

        var run = await VerbAsync(["import", "customers", file, .. map]);
        Assert.AreEqual(1, run.ExitCode, "a line was refused");
        StringAssert.Contains(run.Output, "customers imported: 1, lines imported: 1, lines refused: 1");
        using (var list = await JsonAsync("import", "list"))
        {
            var import = list.RootElement[0];
            Assert.AreEqual("old.csv done 2 1", $"{import.GetProperty("fileName")} {import.GetProperty("state")} "
                + $"{import.GetProperty("lines")} {import.GetProperty("customers")}");
            using var undone = await JsonAsync("import", "undo", $"{import.GetProperty("id")}");
            Assert.AreEqual(1, undone.RootElement.GetProperty("removed").GetInt32());
            await FailsAsync("An import can be undone for 7 days after it ran, once.", "import", "undo",
                $"{import.GetProperty("id")}");
        }
        await FailsAsync("There is no such customer.", "customer", "show", "mover@example.com");
        await FailsAsync("There is no such import.", "import", "undo", "4711");
        await FailsAsync("--map: the file has no column 'mails': it has Mail, user, pass, left, plan.", "import", "customers",
            file, "--map", "mails=email");
        await FailsAsync("cannot be read", "import", "customers", Folder["none.csv"]);
        Assert.AreEqual(2, (await VerbAsync("import", "customers", file, "--map", "Mail=e-mail")).ExitCode);
    }
}
