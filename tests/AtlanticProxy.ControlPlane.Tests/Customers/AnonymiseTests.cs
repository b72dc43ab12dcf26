using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Customers;

[TestClass]
public sealed class AnonymiseTests
{
    private const string Email = "ann.hushed@example.com", Name = "Ann Hushedperson";

    [TestMethod]
    public async Task Anonymised_IsNowhereAnyMore_InNoTableAndNotInTheAuditLog()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await StartAsync(plane);
        await plane.Database.ExecuteAsync($"""
            insert into resellers (customer_id, currency, brand_name, support_email, host_name, changed_at)
            values ({customer.Id}, 'USD', 'Hushed proxies', 'help@hushed.example', 'hushed.example', now());
            insert into served_host_names (host_name) values ('hushed.example')
            """);
        await using (var scope = plane.Services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<Authorship>().Author = new(
                AuthorKind.Staff, "olga@example.com", "POST /admin/customers", 7);
            var result = await scope.ServiceProvider.GetRequiredService<AnonymiseCustomer>().ExecuteAsync(
                new(customer.Id, $" {Email.ToUpperInvariant()} "), default);
            Assert.IsTrue(result.IsSuccess, result.Codes());
        }

        Assert.AreEqual("", await FoundAsync(plane, "hushed"), "tables that still have a part of it");
        var entries = (await plane.AskAsync((AuditQueries audit) =>
            audit.ListAsync(new(Scope.Staff, customer.Id), new(), default))).Items;
        Assert.AreEqual((AuditQueries.Anonymised, $"customer {customer.Id}", "olga@example.com"),
            (entries[0].Object, entries[0].Label, entries[0].Author));
        Assert.IsTrue(entries.Any(entry => entry.AuthorKind == AuthorKind.Customer && entry is { Author: "•", Address: null }));
        Assert.IsTrue(entries.Any(entry => entry.Author == "olga@example.com" && entry.Object == "customers"));
        var found = (await plane.AskAsync((AnonymiseCustomer anonymise) => anonymise.FindAsync(customer.Id, default))).Value;
        Assert.AreEqual((true, "customer.anonymised"), (found.IsRemoved, found.Obstacles.Single().Code));
        Assert.AreEqual("customer.anonymised", (await AnonymiseAsync(plane, customer.Id, found.Email)).Codes());
        await Assert.ThrowsExactlyAsync<PostgresException>(() =>
            plane.Database.ExecuteAsync("update audit_entries set author = 'somebody'"));
    }

    [TestMethod]
    public async Task Customer_ThatWasRemovedBefore_IsFoundByItsAddress()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await StartAsync(plane);
        await plane.AskAsync((RemoveCustomer remove) => remove.ExecuteAsync(new(customer.Id), default));

        var found = (await plane.AskAsync((AnonymiseCustomer anonymise) => anonymise.FindByEmailAsync(Email, default))).Value;
        Assert.AreEqual((customer.Id, true, 0), (found.Id, found.IsRemoved, found.Obstacles.Count));
        Assert.IsTrue((await AnonymiseAsync(plane, found.Id, found.Email)).IsSuccess);

        Assert.AreEqual("", await FoundAsync(plane, "hushed"));
        Assert.AreEqual("customer.not_found", (await plane.AskAsync((AnonymiseCustomer anonymise) =>
            anonymise.FindByEmailAsync(Email, default))).Codes());
    }

    [TestMethod]
    public async Task Customer_WithMoney_OrAnotherAddress_IsKept()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await StartAsync(plane);

        Assert.AreEqual("customer.email_differs@Email", (await AnonymiseAsync(plane, customer.Id, "bob@example.com")).Codes());
        Assert.AreEqual("customer.not_found", (await AnonymiseAsync(plane, 99, Email)).Codes());
        await plane.AskAsync((CreditWallet credit) => credit.ExecuteAsync(new(customer.Id, 100, "USD"), default));
        Assert.AreEqual("customer.has_money", (await AnonymiseAsync(plane, customer.Id, Email)).Codes());
        Assert.AreEqual("customer.has_money", (await plane.AskAsync((AnonymiseCustomer anonymise) =>
            anonymise.FindAsync(customer.Id, default))).Value.Obstacles.Single().Code);
        Assert.AreEqual("customer.not_found", (await plane.AskAsync((AnonymiseCustomer anonymise) =>
            anonymise.FindAsync(99, default))).Codes());
    }

    private static Task<Result> AnonymiseAsync(ControlPlaneTest plane, long id, string email) =>
        plane.AskAsync((AnonymiseCustomer anonymise) => anonymise.ExecuteAsync(new(id, email), default));

    /// <summary>A customer whose every trace has the word in it: by staff, and by one of its people.</summary>
    private static async Task<CustomerSummary> StartAsync(ControlPlaneTest plane)
    {
        async Task<TResult> AsAsync<TService, TResult>(Author author, Func<TService, Task<TResult>> ask) where TService : notnull
        {
            await using var scope = plane.Services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<Authorship>().Author = author;
            return await ask(scope.ServiceProvider.GetRequiredService<TService>());
        }

        var olga = new Author(AuthorKind.Staff, "olga@example.com", "POST /admin/customers", 7);
        var customer = (await AsAsync(olga, (CreateCustomer create) => create.ExecuteAsync(new(Email, Name), default))).Value;
        await AsAsync(olga, (CreateCustomerLogin login) =>
            login.ExecuteAsync(new(customer.Id, "correct-horse-battery"), default));
        var user = await AsAsync(olga, (ControlPlane.ProxyUsers.CreateProxyUser create) =>
            create.ExecuteAsync(new(Scope.Staff, customer.Id, "hushedname"), default));
        await AsAsync(olga, (NoteCustomer note) => note.TagAsync(customer.Id, "hushedtag", default));
        await AsAsync(olga, (NoteCustomer note) =>
            note.AddAsync(new(customer.Id, "olga@example.com", "Knows husheds"), default));
        await AsAsync(new Author(AuthorKind.Customer, Email, "POST /api-access/new", 1), (CreateToken create) =>
            create.ExecuteAsync(new(new(1, customer.Id, true), TokenKind.Service, "hushedtoken", ["usage:read"], null, []),
                default));
        await AsAsync(olga, (SetCustomerState set) => set.ExecuteAsync(new(customer.Id, CustomerState.Suspended), default));
        await AsAsync(new Author(AuthorKind.Customer, Email, "POST /settings/account", 1, IPAddress.Parse("203.0.113.9")),
            (CustomerPreferences preferences) => preferences.SetAsync(customer.Id, "fr", "Europe/Paris", default));
        await plane.Database.ExecuteAsync($"""
            update customers set company = 'Hushed Ltd', street_address = '1 Hushed Street', vat_id = 'DEHUSHED1'
                where id = {customer.Id};
            insert into mails (key, template, customer_id, recipient, subject, text_body, html_body, state, next_try_at,
                    give_up_at, message_id, created_at)
                values ('k', 'welcome', {customer.Id}, '{Email}', 's', 'Hello hushed', 'h', 'sent', now(), now(), 'm', now());
            insert into sign_ups (token_hash, page_hash, code_hash, email, company, password_hash, is_taken, created_at,
                    expires_at)
                values (sha256('a'), sha256('b'), sha256('c'), '{Email}', 'Hushed', 'h', true, now(), now());
            insert into events (kind, customer_id, payload, created_at)
                values ('customer_created', {customer.Id}, jsonb_build_object('email', '{Email}', 'plan', 'x'), now());
            insert into session_exit_changes (proxy_user_id, session, generation)
                values ({user.Value.ProxyUserId}, 'hushedsession', 1);
            insert into usage_targets (proxy_user_id, day, host, bytes, error, connections)
                select {user.Value.ProxyUserId}, date_trunc('day', now(), 'UTC'), 'hushed.example', 1, 0, 1
            """);
        plane.Services.GetRequiredService<ConnectionBacklog>().Accept(new ConnectionRecord
        {
            ProxyUserId = user.Value.ProxyUserId, Outcome = ConnectionOutcome.Completed, EndedAt = plane.Time.GetUtcNow(),
            Duration = TimeSpan.Zero, ClientAddress = IPAddress.Loopback, Host = "hushed.example", Port = 443, Country = "",
        });
        await plane.Services.GetRequiredService<ConnectionLogWriter>().WriteAsync(default);
        Assert.AreNotEqual("", await FoundAsync(plane, "hushed"));
        return customer;
    }

    /// <summary>The tables in any row of which a word stands.</summary>
    private static async Task<string> FoundAsync(ControlPlaneTest plane, string word)
    {
        var found = new List<string>();
        string tables = await plane.Database.ScalarAsync<string>("""
            select string_agg(relname, ' ' order by relname) from pg_class
            where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
                and relname not in ('schema_migrations', 'schema_functions')
            """);
        foreach (string table in tables.Split(' '))
            if (await plane.Database.ScalarAsync<long>($"select count(*) from {table} t where t::text ilike '%{word}%'") > 0)
                found.Add(table);
        return string.Join(' ', found);
    }
}
