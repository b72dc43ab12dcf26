using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Importing;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Tests.Importing;

[TestClass]
public sealed class ImportRunTests
{
    private const string Ann = "ann@example.com,Ann,Acme GmbH,de,personal,ann1,their-old-one-42,12.50,usd,4.5,2027-06-30,VIP;old",
        AnnToo = "ann@example.com,,,,,ann2,another-one-77", Ben = "ben@example.com,Ben,,,Personal,,,,,25,2027-06-30 10:00";

    private static Task<CustomerSummary> CustomerAsync(ControlPlaneTest plane, string email) =>
        plane.AskAsync(async (CustomerQueries customers) => (await customers.FindByEmailAsync(email, default)).Value);

    private static async Task<Mover> MovedAsync(ControlPlaneTest plane, params string[] lines)
    {
        await ImportCheckTests.PlansAsync(plane);
        var mover = new Mover(plane);
        await mover.CheckAsync(lines);
        await mover.RunAsync();
        return mover;
    }

    [TestMethod]
    public async Task Run_OfReadyLines_MakesCustomersAsTheyWere()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        var mover = await MovedAsync(plane, Ann, AnnToo, Ben, "cat@");

        var summary = await mover.SummaryAsync();
        Assert.AreEqual((ImportState.Done, 2, 3, 1, Mover.Owner), (summary.State, summary.Customers, summary.ImportedLines,
            summary.Refused, summary.StartedBy));
        var ann = await CustomerAsync(plane, "ann@example.com");
        Assert.AreEqual(("Ann", "Personal", 2, new DateOnly(2027, 6, 30), Standing.Served),
            (ann.Name, ann.PlanName, ann.ProxyUserCount, ann.PlanLastDay, ann.Standing));
        Assert.AreEqual("Acme GmbH DE vip,old",
            await plane.Database.ScalarAsync<string>(
                $"select company || ' ' || country || ' ' || array_to_string(tags, ',') from customers where id = {ann.Id}"));
        Assert.AreEqual("12.50 USD", (await plane.AskAsync((WalletQueries wallets) =>
            wallets.FindAsync(Scope.Staff, ann.Id, default))).Value.Balances
            .Select(wallet => new Money(wallet.Balance, wallet.Currency)).Single().ToString());
        Assert.AreEqual(4_500_000_000, (await plane.AskAsync((GrantQueries grants) =>
            grants.WhatNextAsync(Scope.Staff, ann.Id, default)))!.Granted, "less than the plan gives");
        var ben = await CustomerAsync(plane, "ben@example.com");
        Assert.AreEqual(25_000_000_000, (await plane.AskAsync((GrantQueries grants) =>
            grants.WhatNextAsync(Scope.Staff, ben.Id, default)))!.Granted, "more than the plan gives");
        var user = (await plane.AskAsync((ProxyUserQueries users) => users.FindByNameAsync(Scope.Staff, "ann1", default))).Value;
        Assert.AreEqual(Mover.Password, (await plane.AskAsync((RevealProxyUserSecret reveal) =>
            reveal.ExecuteAsync(new(Scope.Staff, user.Id), default))).Value.Secret);
        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>("select count(*) from import_files"), "the file is gone");
        Assert.AreEqual("", string.Join(' ', await plane.AskAsync((VerifyBooks verify) => verify.ExecuteAsync(default))));
        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>("select count(*) from mails"), "customers notice nothing");
    }

    [TestMethod]
    public async Task Run_IsInTheAuditLog_UnderWhoeverStartedIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        await MovedAsync(plane, Ann);

        Assert.AreEqual($"customers,grants,proxy_users,wallet_entries {Mover.Owner}", await plane.Database.ScalarAsync<string>("""
            select string_agg(distinct object, ',' order by object) || ' ' || string_agg(distinct author, ',')
            from audit_entries where customer_id is not null
            """));
        Assert.DoesNotContain(Mover.Password, await plane.Database.ScalarAsync<string>(
            "select string_agg(before::text || after::text, ' ') from audit_entries"));
    }

    [TestMethod]
    public async Task Run_OfTheSameFileAgain_ChangesNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var mover = await MovedAsync(plane, Ann, AnnToo, Ben);
        Assert.AreEqual("import.wrong_state", (await mover.StartAsync((start, id) => start.RunAsync(id, default))).Codes());

        var again = await mover.CheckAsync(Ann, AnnToo, Ben);
        await mover.RunAsync();

        Assert.AreEqual((0, 3), (again.Ready, again.Refused));
        Assert.AreEqual((0, 3), ((await mover.SummaryAsync()).Customers, (await mover.SummaryAsync()).Refused));
        Assert.AreEqual(2, await plane.Database.ScalarAsync<long>("select count(*) from customers"));
    }

    /// <summary>As after a kill -9 in its midst: the first customer is there, and the import is said to be running.</summary>
    [TestMethod]
    public async Task Run_BrokenOff_GoesOnWithWhatIsLeft()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await ImportCheckTests.PlansAsync(plane);
        var mover = new Mover(plane);
        await mover.CheckAsync(Ann, AnnToo, Ben);
        await plane.Database.ExecuteAsync("""
            create function break_off() returns trigger language plpgsql as $$
            begin raise exception 'stop' using errcode = '57P01'; end $$;
            create trigger break_off before insert on customers for each row when (new.email = 'ben@example.com')
                execute function break_off()
            """);
        await mover.StartAsync((start, id) => start.RunAsync(id, default));
        await Assert.ThrowsExactlyAsync<Npgsql.PostgresException>(mover.DoAsync);
        var halfway = await mover.SummaryAsync();
        await plane.Database.ExecuteAsync("drop trigger break_off on customers");

        await mover.DoAsync();

        Assert.AreEqual((ImportState.Running, 2, 1), (halfway.State, halfway.LinesDone, halfway.Customers));
        var done = await mover.SummaryAsync();
        Assert.AreEqual((ImportState.Done, 3, 2, 0), (done.State, done.LinesDone, done.Customers, done.Refused));
    }

    [TestMethod]
    public async Task Run_WithACustomerThatFails_ImportsTheOthers()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await ImportCheckTests.PlansAsync(plane);
        var mover = new Mover(plane);
        await mover.CheckAsync(Ben, Ann, AnnToo, "cat@example.com");
        await plane.Database.ExecuteAsync("""
            create function poison() returns trigger language plpgsql as $$ begin raise exception 'poisoned'; end $$;
            create constraint trigger poison after insert on proxy_users deferrable initially deferred
                for each row when (new.name = 'ann2') execute function poison()
            """);

        await mover.RunAsync();

        var done = await mover.SummaryAsync();
        Assert.AreEqual((ImportState.Done, 2, 2), (done.State, done.Customers, done.Refused));
        Assert.AreEqual("3 : This customer could not be imported because of a fault: the log has the details.",
            (await mover.RefusalsAsync())[0]);
        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>(
            "select (select count(*) from customers where email = 'ann@example.com') + (select count(*) from proxy_users)"),
            "nothing of it is left");
    }

    [TestMethod]
    public async Task File_ThatIsDroppedOrForgotten_IsGone()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var mover = new Mover(plane);
        await mover.CheckAsync("ann@example.com");

        Assert.AreEqual("", (await mover.StartAsync((start, id) => start.DropAsync(id, default))).Codes());
        Assert.AreEqual("import.not_found", (await mover.StartAsync((start, id) => start.DropAsync(id, default))).Codes());
        await mover.CheckAsync("ben@example.com");
        plane.Time.Advance(TimeSpan.FromDays(8));
        await plane.AskAsync((ControlPlane.Jobs.Forgetting forget) => forget.ExecuteAsync(default));

        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>(
            "select (select count(*) from imports) + (select count(*) from import_files) "
                + "+ (select count(*) from import_refusals)"));
    }
}
