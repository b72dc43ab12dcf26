using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using Hangfire;
using Hangfire.PostgreSql;
using Npgsql;

namespace AtlanticProxy.EndToEnd.Tests.Faults;

/// <summary>
/// The cluster's jobs, broken off in the middle. What is promised: one effect, within a minute of the restart, and the gateway
/// does not notice.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class JobFaultTests
{
    private static readonly TimeSpan s_promise = TimeSpan.FromMinutes(1);

    /// <summary>
    /// As installed, but for how soon a job is taken over: the promise must hold with the default of 30 s, which would only make
    /// this wait.
    /// </summary>
    private static readonly string[] s_soon = ["--Jobs:TakeOverAfter", "00:00:05", "--Jobs:PollInterval", "00:00:01"];

    private const string Debt = """
        insert into plans (name, kind, price, currency) values ('Per GB', 'per_gb', 100, 'USD');
        insert into customers (email, name, plan_id) select 'ann@example.com', 'ann', id from plans where name = 'Per GB';
        update quota_accounts set unsettled = 2000000000 where price is not null
        """;

    private const string Drift = """
        insert into provider_bills (provider_id, day, bytes, source, entered_at)
        select id, (now() at time zone 'UTC')::date - 1, 5000, 'invoice', now() from providers order by id limit 1
        """;

    private const string OldChange =
        "insert into session_exit_changes select id, 'old', 1, now() - interval '3 days' from proxy_users limit 1";

    private const string NoPartitions = "select drop_partitions('connection_log', '2100-01-01Z')";

    private const string Nothing = "select 1";

    // What there is before, what the job cannot get in the middle of it, what it has to do, and what it has done once that is so.
    // Where it can, the work comes after the lock: the clock may begin the same job at that moment, and would have done it.
    [TestMethod]
    [DataRow("settle-wallets", Nothing, "lock table ledger_entries", Debt,
        "select count(*) = 1 from ledger_transactions where kind = 'usage' and memo = '2000000000 bytes'")]
    [DataRow("audit-ledger", Nothing, "lock table ledger_entries", Nothing,
        "select count(*) = 1 from findings where check_name = 'ledger'")]
    [DataRow("drift-alarm", Nothing, "lock table events", Drift, "select count(*) = 1 from events where kind = 'provider_drift'")]
    [DataRow("keep-partitions", NoPartitions, "lock table connection_log", Nothing,
        "select count(*) = 4 from pg_inherits where inhparent = 'connection_log'::regclass")]
    [DataRow("forget", OldChange, "lock table session_exit_changes", Nothing, "select count(*) = 0 from session_exit_changes")]
    public async Task Kill9_InTheMiddleOfAJob_IsDoneOnceAfterTheRestart(
        string job, string before, string hold, string due, string done)
    {
        await using var first = await RunningAppliance.StartDemoAsync(s_soon);
        await first.ExecuteAsync(before);
        string run;
        await using (var database = first.OpenDatabase())
        await using (var held = await database.OpenConnectionAsync())
        {
            await using (var begin = new NpgsqlCommand($"begin; {hold}", held))
                await begin.ExecuteNonQueryAsync();
            await first.ExecuteAsync(due);
            run = await TriggerAsync(database, job);
            await UntilInTheMiddleAsync(database, run);
            await first.KillAsync();
        }

        await using var second = await first.StartAgainAsync(["--demo", .. s_soon]);
        await using (var database = second.OpenDatabase())
        {
            await Poll.UntilAsync(() =>
                IsAsync(database, $"select statename = 'Succeeded' from jobs.job where id = {run}"), s_promise);
            await Poll.UntilAsync(() => IsAsync(database, done), s_promise, done); // by the clock's run, where it came first
            Assert.IsTrue(
                await IsAsync(database,
                    "select coalesce(sum(amount), 0) = 0 from ledger_entries e join ledger_accounts a on a.id = e.account_id"),
                        "the books balance");
        }
        Assert.AreEqual(0, await second.StopAsync());
    }

    [TestMethod]
    public async Task PostgreSqlKilled_InTheMiddleOfAJob_TheGatewayServesAndTheJobIsDoneOnce()
    {
        await using var appliance = await RunningAppliance.StartDemoAsync(s_soon);
        var user = appliance.Ready.ProxyUser!;
        string origin = $"127.0.0.1:{SharedAppliance.Origin.Port}";
        using var tunnel = await ProxyClient.OpenTunnelAsync(appliance, user, origin);
        string run;
        int postmaster = appliance.PostmasterId!.Value;
        await using (var database = appliance.OpenDatabase())
        {
            var held = await database.OpenConnectionAsync();
            await using (var begin = new NpgsqlCommand("begin; lock table ledger_entries", held))
                await begin.ExecuteNonQueryAsync();
            await appliance.ExecuteAsync(Debt);
            run = await TriggerAsync(database, "settle-wallets");
            await UntilInTheMiddleAsync(database, run);
            await RunningAppliance.SignalAsync("KILL", postmaster);
            GC.KeepAlive(held); // collected before, it closes its socket, and the server lets go of the lock
        }

        await tunnel.SendAsync("GET /bytes/1000 HTTP/1.1\r\nHost: x\r\n\r\n");
        await tunnel.ReadHeadAsync();
        await tunnel.ReadAsync(1000);
        using (await ProxyClient.OpenTunnelAsync(appliance, user, origin))
        {
        }

        await Poll.UntilAsync(() =>
            appliance.PostmasterId is { } again && again != postmaster, s_promise, "PostgreSQL is started again");
        await Poll.UntilAsync(async () =>
        {
            try
            {
                await using var database = appliance.OpenDatabase();
                return await IsAsync(database, $"""
                    select statename = 'Succeeded' and exists (select from ledger_transactions where kind = 'usage')
                    from jobs.job where id = {run}
                    """);
            }
            catch (Exception notYet) when (notYet is NpgsqlException or InvalidOperationException)
            {
                return false; // it recovers
            }
        }, s_promise, "the job goes on");
        await using (var database = appliance.OpenDatabase())
            Assert.IsTrue(await IsAsync(database, "select count(*) = 1 from ledger_transactions where kind = 'usage'"));
    }

    /// <summary>Asks for a job, as soon as the appliance has scheduled it. The value is Hangfire's id of the run.</summary>
    private static async Task<string> TriggerAsync(NpgsqlDataSource database, string job)
    {
        await Poll.UntilAsync(() =>
            IsAsync(database, "select to_regclass('jobs.set') is not null"), because: "Hangfire's tables are there");
        await Poll.UntilAsync(() =>
            IsAsync(database, $"select count(*) = 1 from jobs.set where key = 'recurring-jobs' and value = '{job}'"),
            because: $"{job} is scheduled");
        var storage = new PostgreSqlStorage(new Connections(database),
            new PostgreSqlStorageOptions { SchemaName = "jobs", PrepareSchemaIfNecessary = false });
        return new RecurringJobManager(storage).TriggerJob(job);
    }

    /// <summary>Somebody waits for what the test holds. If nobody does, the failure says what became of the run.</summary>
    private static async Task UntilInTheMiddleAsync(NpgsqlDataSource database, string run)
    {
        try
        {
            await Poll.UntilAsync(() =>
                IsAsync(database, "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock'"),
                because: "the job is in the middle of it");
        }
        catch (TimeoutException late)
        {
            await using var ask = database.CreateCommand($"""
                select concat_ws(E'\n', now(),
                    (select string_agg(s::text, E'\n' order by id) from jobs.state s where jobid = {run}),
                    (select string_agg(q::text, E'\n') from jobs.jobqueue q),
                    (select string_agg(s::text, E'\n') from jobs.server s),
                    (select string_agg(concat_ws(' ', pid, state, wait_event, query), E'\n') from pg_stat_activity))
                """);
            throw new TimeoutException($"{late.Message}\n{await ask.ExecuteScalarAsync()}", late);
        }
    }

    private static async Task<bool> IsAsync(NpgsqlDataSource database, string question)
    {
        await using var ask = database.CreateCommand(question);
        return await ask.ExecuteScalarAsync() is true;
    }

    private sealed class Connections(NpgsqlDataSource source) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => source.CreateConnection();
    }
}
