using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Tests.Quotas;

namespace AtlanticProxy.ControlPlane.Tests.Jobs;

[TestClass]
public sealed class ForgettingTests
{
    [TestMethod]
    public async Task Forget_RowsThatNothingReads_AreDeletedAndNoOthers()
    {
        await using var plane = await ControlPlaneTest.StartAsync(); // it is 22 November 2026
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));
        long user = (await plane.AskAsync((CreateCustomerLogin create) =>
            create.ExecuteAsync(new(alice.Customer.Id, "deep-blue-atlantic-swell"), default))).Value;
        await plane.Database.ExecuteAsync($"""
            insert into sign_ins (user_id, tried_at, browser, result) values ({user}, '2026-08-24 13:29Z', 'old', 'signed_in'),
                ({user}, '2026-08-24 13:31Z', 'young', 'wrong_password');
            insert into quota_leases values
                ({alice.AccountId}, 'lost', 5, '2026-11-22 12:00Z'), ({alice.AccountId}, 'used', 0, '2026-11-22 13:29Z'),
                    ({alice.AccountId}, 'late', 5, '2026-11-22 13:29Z'),
                ({alice.AccountId}, 'held', 0, '2026-11-22 13:31Z');
            insert into quota_days values ({alice.AccountId}, '2025-10-17', 1), ({alice.AccountId}, '2025-10-18', 1);
            insert into provider_days values (1, '2026-09-20', 1), (1, '2026-09-21', 1);
            insert into usage_batches values ('gone', 1, '2026-08-01Z'), ('here', 1, '2026-11-01Z');
            insert into session_exit_changes values ({alice.ProxyUserId}, 'old', 1, '2026-11-20 13:00Z'), ({alice.ProxyUserId},
                'new', 1, '2026-11-20 14:00Z')
            """);

        var report = await plane.AskAsync((Forgetting forget) => forget.ExecuteAsync(default));

        Assert.AreEqual("7 rows deleted", report.Done);
        foreach (var (kept, of) in new[]
        {
            ("held late", "string_agg(node, ' ' order by node) from quota_leases"),
            ("2025-10-18", "string_agg(day::text, ' ') from quota_days"),
            ("2026-09-21", "string_agg(day::text, ' ') from provider_days"), ("here", "string_agg(node, ' ') from usage_batches"),
            ("new", "string_agg(session, ' ') from session_exit_changes"), ("young", "string_agg(browser, ' ') from sign_ins"),
        })
            Assert.AreEqual(kept, await plane.Database.ScalarAsync<string>($"select {of}"));
    }

    [TestMethod]
    public async Task Forget_TheAuditLog_ByItsTermAndNothingElseDeletesIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.Database.ExecuteAsync("""
            insert into audit_entries (author_kind, author, action, change, object, label, before, after, at)
            select 'staff', 'olga', 'x', 'added', 'plans', 'p' || n, '{}', '{}',
                '2026-11-22Z'::timestamptz - n * interval '1 year'
            from generate_series(1, 15) n
            """);

        await plane.AskAsync((Forgetting forget) => forget.ExecuteAsync(default));

        Assert.AreEqual(10L, await plane.Database.ScalarAsync<long>("select count(*) from audit_entries"));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => plane.Database.ExecuteAsync("delete from audit_entries"));
        var terms = await plane.AskAsync((KeptQueries kept) => kept.ReadAsync(default));
        Assert.AreEqual(plane.Time.Now, terms.At);
        Assert.AreEqual(new KeptTerm(Kept.Audit, "Retention:AuditDays", 3653, 5), terms.Terms.Single(term =>
            term.Kind == Kept.Audit));
        Assert.HasCount(Enum.GetValues<Kept>().Length, terms.Terms);
    }

    [TestMethod]
    public async Task Forget_MoreThanOneBatch_DeletesAll()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.Database.ExecuteAsync($"""
            insert into usage_batches select 'gone', n, '2026-08-01Z' from generate_series(1, {Forgetting.Batch + 1}) n
            """);

        var report = await plane.AskAsync((Forgetting forget) => forget.ExecuteAsync(default));

        Assert.AreEqual($"{Forgetting.Batch + 1} rows deleted", report.Done);
    }
}
