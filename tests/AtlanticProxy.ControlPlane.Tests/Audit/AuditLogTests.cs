using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Audit;

[TestClass]
public sealed class AuditLogTests
{
    private static readonly Author Olga = new(
        AuthorKind.Staff, "olga@example.com", "POST /admin/customers", 7, IPAddress.Parse("203.0.113.9"));

    [TestMethod]
    public async Task Change_OfSomebody_IsNotedWithBeforeAndAfter()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();

        await AsAsync(plane, Olga, (SetCustomerState set) =>
            set.ExecuteAsync(new(customer.Id, CustomerState.Suspended), default));

        var entry = (await EntriesAsync(plane)).Single();
        Assert.AreEqual(("olga@example.com", "POST /admin/customers", AuthorKind.Staff, "203.0.113.9"),
            (entry.Author, entry.Action, entry.AuthorKind, entry.Address!.ToString()));
        Assert.AreEqual((AuditChange.Changed, "customers", customer.Id, customer.Id, "ann@example.com"),
            (entry.Change, entry.Object, entry.ObjectId, entry.CustomerId, entry.Customer));
        Assert.AreEqual("state: active → suspended", Fields(entry));
    }

    [TestMethod]
    public async Task Change_OfAJob_IsNotNoted_AlsoOnAConnectionThatSomebodyHadBefore()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await AsAsync(plane, Olga, (CreateCustomer create) => create.ExecuteAsync(new("ann@example.com", ""), default));

        await plane.CustomerAsync("bob@example.com");

        Assert.AreEqual("ann@example.com", string.Join(' ', (await EntriesAsync(plane)).Select(entry => entry.Customer)));
    }

    [TestMethod]
    public async Task Change_ThatIsRefused_LeavesNoEntry()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.CustomerAsync();

        var again = await AsAsync(plane, Olga, (CreateCustomer create) =>
            create.ExecuteAsync(new("ann@example.com", ""), default));

        Assert.IsFalse(again.IsSuccess);
        Assert.IsEmpty(await EntriesAsync(plane));
    }

    [TestMethod]
    public async Task AddedAndRemoved_AreNoted_SecretsAsDots()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var provider = await AsAsync(plane, Olga, (AddProvider add) =>
            add.ExecuteAsync(new("acme", new("http://127.0.0.1:9000", "user", "hunter2hunter2")), default));
        await AsAsync(plane, Olga, (RemoveProvider remove) => remove.ExecuteAsync(new(provider.Value.Id), default));

        var entries = await EntriesAsync(plane, "providers");

        Assert.AreEqual("Removed acme, Added acme", string.Join(", ", entries.Select(entry => $"{entry.Change} {entry.Label}")));
        StringAssert.Contains(Fields(entries[1]), "password_sealed: – → •");
        StringAssert.Contains(Fields(entries[1]), "username_template: – → user");
        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>(
            "select count(*) from audit_entries where after::text ilike '%hunter2%' or before::text ilike '%hunter2%'"));
    }

    [TestMethod]
    public async Task NewPassword_OfAProxyUser_IsNotedWithoutIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var user = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);

        await AsAsync(plane, Olga, (RotateProxyUserSecret rotate) =>
            rotate.ExecuteAsync(new(Scope.Staff, user.ProxyUserId), default));

        var entry = (await EntriesAsync(plane)).Single();
        Assert.AreEqual(("alice", "ann@example.com"), (entry.Label, entry.Customer));
        Assert.AreEqual("secret_hash: • → •, secret_sealed: • → •", Fields(entry));
    }

    [TestMethod]
    public async Task Credit_IsNotedWithAmountAndBalance()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();

        await AsAsync(plane, Olga, (CreditWallet credit) =>
            credit.ExecuteAsync(new(customer.Id, 1250, "USD", "gift/1", "For the outage"), default));

        var entry = (await EntriesAsync(plane, "wallet_entries")).Single();
        Assert.AreEqual(("For the outage", customer.Id, "USD"), (entry.Label, entry.CustomerId, entry.Currency));
        StringAssert.Contains(Fields(entry), "amount: – → 1250, balance: – → 1250");
    }

    [TestMethod]
    public async Task Customer_SeesOnlyTheirOwn()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        foreach (string email in (string[])["ann@example.com", "bob@example.com"])
            await AsAsync(plane, Olga, (CreateCustomer create) => create.ExecuteAsync(new(email, ""), default));
        long ann = await plane.Database.ScalarAsync<long>("select id from customers where email = 'ann@example.com'");
        long bob = await plane.Database.ScalarAsync<long>("select id from customers where email = 'bob@example.com'");
        foreach (var (customer, name) in new[] { (ann, "annsuser"), (bob, "bobsuser") })
            await AsAsync(plane, Olga, (CreateProxyUser create) =>
                create.ExecuteAsync(new(Scope.Staff, customer, name), default));

        var own = await ListAsync(plane, new AuditFilter(Scope.Of(ann)));
        var asked = await ListAsync(plane, new AuditFilter(Scope.Of(ann), CustomerId: bob));

        // Its own row is what staff keep of it; who works here, and from where, is nobody's business.
        Assert.AreEqual(("proxy_users", "annsuser", "", "", null),
            (own.Items.Single().Object, own.Items[0].Label, own.Items[0].Author, own.Items[0].Action, own.Items[0].Address));
        Assert.AreEqual(0, asked.Total);
    }

    [TestMethod]
    public async Task List_IsNarrowedByPersonKindObjectAndTime()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await AsAsync(plane, Olga, (CreateCustomer create) => create.ExecuteAsync(new("ann@example.com", "Ann"), default));
        await AsAsync(plane, new Author(AuthorKind.CommandLine, "root", "customer add"), (CreateCustomer create) =>
            create.ExecuteAsync(new("bob@example.com", "Bob"), default));
        var entries = (await ListAsync(plane, new AuditFilter(Scope.Staff))).Items;
        var (bob, ann) = (entries[0], entries[1]);

        async Task<string> FoundAsync(AuditFilter filter, string? search = null) =>
            string.Join(' ', (await ListAsync(plane, filter, search)).Items.Select(entry => entry.Label));

        var all = new AuditFilter(Scope.Staff);
        Assert.AreEqual("Bob Ann", await FoundAsync(all));
        Assert.AreEqual("Ann", await FoundAsync(all, "OLGA"));
        Assert.AreEqual("Bob", await FoundAsync(all, "bo"));
        Assert.AreEqual("Bob", await FoundAsync(all with { By = AuthorKind.CommandLine }));
        Assert.AreEqual("Ann", await FoundAsync(all with { ObjectId = ann.ObjectId }));
        Assert.AreEqual("", await FoundAsync(all with { Object = "plans" }));
        Assert.AreEqual("Bob", await FoundAsync(all with { From = bob.At }));
        Assert.AreEqual("Ann", await FoundAsync(all with { To = bob.At }));
    }

    [TestMethod]
    [DataRow("update audit_entries set author = 'somebody'")]
    [DataRow("delete from audit_entries")]
    [DataRow("truncate audit_entries")]
    public async Task Entries_CannotBeChangedOrRemoved(string statement)
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        var refusal = await Assert.ThrowsExactlyAsync<PostgresException>(() => plane.Database.ExecuteAsync(statement));

        Assert.AreEqual("The audit log is append-only.", refusal.MessageText);
    }

    [TestMethod]
    public async Task Objects_AreTheTablesThatHaveTheTrigger()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        Assert.AreEqual(
            await plane.Database.ScalarAsync<string>("""
                select string_agg(distinct case event_object_table when 'ledger_entries' then 'wallet_entries'
                    else event_object_table end, ' ') from information_schema.triggers where trigger_name like '%\_audit'
                """),
            string.Join(' ', AuditQueries.Objects.Except(AuditQueries.Acts)));
    }

    /// <summary>Bytes are keys, hashes and files: none of them is for a page to show.</summary>
    [TestMethod]
    public async Task Bytes_OfAuditedTables_AreSecretsOrNoise()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        Assert.AreEqual("", await plane.Database.ScalarAsync<string>($"""
            select coalesce(string_agg(table_name || '.' || column_name, ' '), '') from information_schema.columns
            where table_name = any (string_to_array('{string.Join(',', AuditQueries.Objects)}', ','))
                and (data_type = 'bytea' or column_name ~ 'hash|secret|token|password' and data_type = 'text'
                    and column_name <> 'secret_kind')
                and not audit_is_secret(column_name) and not audit_is_noise(column_name)
            """));
    }

    private static async Task<T> AsAsync<TService, T>(ControlPlaneTest plane, Author author, Func<TService, Task<T>> ask)
        where TService : notnull
    {
        await using var scope = plane.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Authorship>().Author = author;
        return await ask(scope.ServiceProvider.GetRequiredService<TService>());
    }

    private static Task<Page<AuditSummary>> ListAsync(ControlPlaneTest plane, AuditFilter filter, string? search = null) =>
        plane.AskAsync((AuditQueries audit) => audit.ListAsync(filter, new PageRequest(search: search), default));

    private static async Task<IReadOnlyList<AuditSummary>> EntriesAsync(ControlPlaneTest plane, string? table = null) =>
        (await ListAsync(plane, new AuditFilter(Scope.Staff, Object: table))).Items;

    private static string Fields(AuditSummary entry) =>
        string.Join(", ", entry.Fields.Select(field => $"{field.Column}: {field.Before ?? "–"} → {field.After ?? "–"}"));
}
