using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Importing;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.ProxyUsers;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Importing;

[TestClass]
public sealed class ImportUndoTests
{
    private static async Task<Mover> MovedAsync(ControlPlaneTest plane, params string[] names)
    {
        await ImportCheckTests.PlansAsync(plane);
        var mover = new Mover(plane);
        await mover.CheckAsync([.. names.Select(name =>
            $"{name}@example.com,,,,Personal,{name}1,their-old-one-42,10,USD,3,2027-06-30,old")]);
        await mover.RunAsync();
        return mover;
    }

    [TestMethod]
    public async Task Undo_OfUntouchedCustomers_RemovesThemAndTheirBalances()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var mover = await MovedAsync(plane, "ann", "ben");

        await mover.UndoAsync();

        var undone = await mover.SummaryAsync();
        Assert.AreEqual((ImportState.Undone, 2, 2), (undone.State, undone.Customers, undone.Removed));
        Assert.IsEmpty(await mover.LeftAsync());
        Assert.AreEqual(0L, await plane.Database.ScalarAsync<long>("""
            select (select count(*) from customers where deleted_at is null)
                + (select count(*) from proxy_users where deleted_at is null)
                + (select count(*) from ledger_accounts where balance <> 0)
            """));
        Assert.AreEqual("", string.Join(' ', await plane.AskAsync((VerifyBooks verify) => verify.ExecuteAsync(default))));
        Assert.AreEqual(2, (await mover.CheckAsync("ann@example.com,,,,,ann1", "ben@example.com,,,,,ben1")).Ready,
            "addresses and names are free again");
    }

    [TestMethod]
    public async Task Undo_OfTouchedCustomers_LeavesThemAndSaysWhy()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var mover = await MovedAsync(plane, "connected", "leased", "ordered", "signed", "renamed", "credited", "noted",
            "removed", "untouched");
        async Task<long> IdAsync(string name) =>
            (await plane.AskAsync((CustomerQueries q) => q.FindByEmailAsync($"{name}@example.com", default))).Value.Id;
        await using var scope = plane.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Authorship>().Author = new(AuthorKind.Staff, Mover.Owner, "POST /");
        T Get<T>() where T : notnull => scope.ServiceProvider.GetRequiredService<T>();
        await plane.Database.ExecuteAsync($"""
            update quota_accounts set consumed = 1 where customer_id = {await IdAsync("connected")};
            insert into quota_leases (account_id, node, amount, expires_at) select id, 'n', 5, now() from quota_accounts
                where customer_id = {await IdAsync("leased")};
            insert into orders (customer_id, kind, state, plan_version_id, total, currency, created_at, expires_at)
                select {await IdAsync("ordered")}, 'subscription', 'open', min(id), 0, 'USD', now(), now() from plan_versions;
            """);
        await Get<CreateCustomerLogin>().ExecuteAsync(new(await IdAsync("signed"), "a long enough phrase"), default);
        await plane.Database.ExecuteAsync("update users set last_signed_in_at = now()");
        await Get<RenameCustomer>().ExecuteAsync(new(await IdAsync("renamed"), "Someone"), default);
        await Get<CreditWallet>().ExecuteAsync(new(await IdAsync("credited"), 100, "USD"), default);
        await Get<NoteCustomer>().AddAsync(new(await IdAsync("noted"), Mover.Owner, "Called."), default);
        await Get<RemoveCustomer>().ExecuteAsync(new(await IdAsync("removed")), default);

        await mover.UndoAsync();

        Assert.AreEqual("""
            connected@example.com: Its proxy users have connected.
            credited@example.com: It was changed after the import.
            leased@example.com: Its proxy users have connected.
            noted@example.com: It was changed after the import.
            ordered@example.com: It has ordered.
            removed@example.com: It was removed already.
            renamed@example.com: It was changed after the import.
            signed@example.com: It has signed in.
            """, string.Join('\n', (await mover.LeftAsync()).Select(left => $"{left.Email}: {left.Reason}")));
        Assert.AreEqual(1, (await mover.SummaryAsync()).Removed);
    }

    [TestMethod]
    public async Task Undo_AfterSevenDays_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var mover = await MovedAsync(plane, "ann");
        plane.Time.Advance(StartImport.UndoTime - TimeSpan.FromSeconds(1));
        Assert.IsNotNull((await mover.SummaryAsync()).UndoUntil);

        plane.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.IsNull((await mover.SummaryAsync()).UndoUntil);
        Assert.AreEqual("An import can be undone for 7 days after it ran, once.",
            (await mover.StartAsync((start, id) => start.UndoAsync(id, default))).Errors[0].Message);
    }
}
