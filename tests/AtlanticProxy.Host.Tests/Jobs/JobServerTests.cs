using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.Host.Health;
using AtlanticProxy.Host.Jobs;
using AtlanticProxy.Testing;
using Hangfire;
using Hangfire.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace AtlanticProxy.Host.Tests.Jobs;

[TestClass]
public sealed class JobServerTests
{
    private const string Settle = "settle-wallets", Forget = "forget";

    private static async Task<TestDatabase> DatabaseAsync() => await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    /// <summary>A customer whose wallet has 10.00 and owes 2.00 for traffic. The value is its quota account.</summary>
    private static Task<long> OwingAsync(TestDatabase database, string name) => database.ScalarAsync<long>($"""
        with plan as (insert into plans (name, kind, price, currency) values ('Plan of {name}', 'per_gb', 100, 'USD')
            returning id)
        insert into customers (email, name, plan_id) select '{name}@example.com', '{name}', id from plan;
        select transaction_id from ledger_post('{name}', sha256('{name}'), 'credit', '', now(), 'USD', array['wallet',
            'adjustments'],
            array[(select id from customers where name = '{name}'), null], array[1000::bigint, -1000], true);
        update quota_accounts set unsettled = 2000000000 where customer_id = (select id from customers where name = '{name}')
            returning id
        """);

    private static Task<long> ChargesAsync(TestDatabase database) =>
        database.ScalarAsync<long>("select count(*) from ledger_transactions where kind = 'usage'");

    /// <summary>Holds what a job needs, until disposed of.</summary>
    private static async Task<NpgsqlConnection> HoldAsync(TestDatabase database, string statement)
    {
        var connection = await database.Source.OpenConnectionAsync();
        await using var hold = new NpgsqlCommand($"begin; {statement}", connection);
        await hold.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>By its own statement: Hangfire waits for locks too.</summary>
    private static Task SettleWaitsAsync(TestDatabase database) =>
        Poll.UntilAsync(async () => await database.ScalarAsync<long>("""
        select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
            and query like 'select quota_settle(%'
        """) > 0, because: "the job waits for what is held");

    [TestMethod]
    public async Task Start_EmptyDatabase_SchedulesEveryJobAndOtherNodesMayDoSoAtOnce()
    {
        await using var database = await DatabaseAsync();
        var nodes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => JobNode.StartAsync(database)));

        using var connection = nodes[0].Storage.GetConnection();
        CollectionAssert.AreEquivalent(ClusterJobs.All.Select(job => job.Id).ToList(),
            connection.GetRecurringJobs().Select(job => job.Id).ToList());
        Assert.IsTrue(connection.GetRecurringJobs().All(job => job.NextExecution is not null && job.Error is null));

        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    // Business case 11.
    [TestMethod]
    public async Task Start_AfterThreeDaysOff_DoesAllThatFellDueOnce()
    {
        await using var database = await DatabaseAsync();
        await OwingAsync(database, "ann");
        await using (await JobNode.StartAsync(database))
        {
        }
        string longAgo = TimeProvider.System.GetUtcNow()
            .AddDays(-3).UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        await database.ExecuteAsync($"""
            update jobs.hash set value = '{longAgo}' where field in ('CreatedAt', 'NextExecution');
            update jobs.set set score = score - 3 * 86400 where key = 'recurring-jobs'
            """);

        long MinuteOfNow() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60;
        long began = MinuteOfNow();
        await using var node = await JobNode.StartAsync(database);
        await Poll.UntilAsync(() => node.Storage.GetMonitoringApi().SucceededListCount() >= ClusterJobs.All.Count);

        // What is due each minute may have fallen due again meanwhile.
        const string runs = "select count(*) as runs from jobs.jobparameter where name = 'RecurringJobId' group by value";
        Assert.AreEqual(ClusterJobs.All.Count, await database.ScalarAsync<long>($"select count(*) from ({runs}) each"));
        long most = await database.ScalarAsync<long>($"select max(runs) from ({runs}) each");
        Assert.IsLessThanOrEqualTo(1 + MinuteOfNow() - began, most, "one run each, however many were missed");
        Assert.AreEqual(1, await ChargesAsync(database));
        using var connection = node.Storage.GetConnection();
        Assert.IsTrue(connection.GetRecurringJobs().All(job => job.NextExecution > job.LastExecution));
    }

    // Business case 17.
    [TestMethod]
    public async Task Job_ThatTakesThreeTimesTheTakeOverTime_IsDoneOnceThoughAnotherNodeWaits()
    {
        await using var database = await DatabaseAsync();
        long account = await OwingAsync(database, "ann");
        await using var one = await JobNode.StartAsync(database);
        await using var other = await JobNode.StartAsync(database);
        string run;
        await using (await HoldAsync(database, $"select 1 from quota_accounts where id = {account} for update"))
        {
            run = one.Trigger(Settle);
            await SettleWaitsAsync(database);
            const string fetched = "select extract(epoch from max(fetchedat))::float8 from jobs.jobqueue";
            double began = await database.ScalarAsync<double>(fetched);
            await Poll.UntilAsync(async () =>
                await database.ScalarAsync<double>(fetched) - began > 3 * JobNode.TakeOverAfter.TotalSeconds,
                because: "the node is heard of");
        }
        await one.EndedAsync(run);

        Assert.AreEqual(("Succeeded", "\"1 wallets charged\""), one.StateOf(run));
        Assert.AreEqual(1, await ChargesAsync(database));
        Assert.AreEqual(1, one.Storage.GetMonitoringApi().JobDetails(run).History.Count(state => state.StateName == "Processing"),
            "no other node began it");
    }

    [TestMethod]
    public async Task Run_TakenOverFromANodeThatStillWorks_EndsWithWhatWasDoneAndNotBefore()
    {
        await using var database = await DatabaseAsync();
        long account = await OwingAsync(database, "ann");
        await using var one = await JobNode.StartAsync(database);
        await using var other = await JobNode.StartAsync(database);
        string run;
        await using (await HoldAsync(database, $"select 1 from quota_accounts where id = {account} for update"))
        {
            run = one.Trigger(Settle);
            await SettleWaitsAsync(database);
            await database.ExecuteAsync(
                "update jobs.jobqueue set fetchedat = fetchedat - interval '1 hour'"); // as of a node that was not heard of
            await Poll.UntilAsync(() =>
                one.Storage.GetMonitoringApi().JobDetails(run).History.Count(state => state.StateName == "Processing") == 2,
                because: "it is taken over");
            await Poll.UntilAsync(async () => one.StateOf(run).State != "Processing" || await database.ScalarAsync<long>(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'advisory'") > 0,
                    because: "it waits for its turn");
            Assert.AreEqual("Processing", one.StateOf(run).State, "nothing is done yet");
        }
        await one.EndedAsync(run);

        StringAssert.EndsWith(one.StateOf(run).Words, " wallets charged\"");
        Assert.AreEqual(1, await ChargesAsync(database));
    }

    [TestMethod]
    public async Task Run_WhileAnotherNodeDoesTheJob_EndsAtOnce()
    {
        await using var database = await DatabaseAsync();
        long account = await OwingAsync(database, "ann");
        await using var node = await JobNode.StartAsync(database);
        await using var held = await HoldAsync(database, $"select 1 from quota_accounts where id = {account} for update");
        string run = node.Trigger(Settle);
        await SettleWaitsAsync(database);

        await using var scope = node.Services.CreateAsyncScope();
        var runner = scope.ServiceProvider.GetRequiredService<JobRunner>();

        Assert.AreEqual("Running already", await runner.RunAsync(Settle, null, default));
        StringAssert.EndsWith(await runner.RunAsync(Forget, null, default), " rows deleted", "others are not held up");
        Assert.AreEqual("Not a job of this version", await runner.RunAsync("job-of-another-version", null, default));
        await held.DisposeAsync();
        await node.EndedAsync(run);
        Assert.AreEqual(1, await ChargesAsync(database));
    }

    [TestMethod]
    public async Task Job_OneAccountFails_SaysWhichAndHealthKnows()
    {
        await using var database = await DatabaseAsync();
        await OwingAsync(database, "ann");
        long broken = await OwingAsync(database, "bob");
        await database.ExecuteAsync($"update quota_accounts set currency = 'no' where id = {broken}");
        await using var node = await JobNode.StartAsync(database);

        string run = node.Trigger(Settle);
        await Poll.UntilAsync(() => node.StateOf(run).State == "Scheduled", because: "it is to be tried again");

        var failure = node.Storage.GetMonitoringApi().JobDetails(run).History.First(state => state.StateName == "Failed");
        StringAssert.StartsWith(failure.Data["ExceptionMessage"],
            "1 wallets charged, 1 failed. bob@example.com was not charged: ");
        Assert.AreEqual(1, await ChargesAsync(database));
        var health = await new JobsHealth(node.Storage, TimeProvider.System).CheckHealthAsync(new HealthCheckContext());
        Assert.AreEqual(HealthStatus.Degraded, health.Status);
        StringAssert.StartsWith(health.Description, "Charge wallets for traffic and time used: failed");
    }

    [TestMethod]
    public async Task Health_BeforeTheJobsTablesAreThere_IsNotAFault()
    {
        await using var database = await DatabaseAsync();
        await using var services = new ServiceCollection().AddLogging().AddSingleton(database.Source)
            .AddClusterJobs(new JobOptions()).BuildServiceProvider();
        using var health = new JobsHealth(services.GetRequiredService<JobStorage>(), TimeProvider.System);

        var result = await health.CheckHealthAsync(new HealthCheckContext());

        Assert.AreEqual((HealthStatus.Healthy, "Not known before the jobs have started."), (result.Status, result.Description));
    }

    [TestMethod]
    public async Task Health_DatabaseAway_LeavesItToTheDatabasesCheck()
    {
        await using var source = NpgsqlDataSource.Create("Host=/nonexistent");
        await using var services = new ServiceCollection().AddLogging().AddSingleton(source).AddClusterJobs(new JobOptions())
            .BuildServiceProvider();

        using var health = new JobsHealth(services.GetRequiredService<JobStorage>(), TimeProvider.System);

        var fault = await Assert.ThrowsAsync<Exception>(() => health.CheckHealthAsync(new HealthCheckContext()));

        Assert.IsTrue(DatabaseOutage.Caused(fault), "by which the monitor lets what was found last stand");
    }
}
