using AtlanticProxy.ControlPlane;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Simulator.Gateways;
using LinqToDB.Async;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.Benchmarks.Billing;

/// <summary>
/// The renewals of one night, by the jobs as they ship, on the embedded PostgreSQL (fsync on): half of the customers pay from
/// their wallets, half by saved cards at a simulated Paystack. Afterwards every subscription is paid, every card was charged
/// once, and the books are proven.
/// </summary>
internal sealed class RenewalNight : IAsyncDisposable
{
    /// <summary>What the simulated gateway takes for each answer.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(100);

    private const long Price = 2900, IncludedBytes = 50_000_000_000;

    /// <summary>Not a month, so that the night is the same on every day of a calendar.</summary>
    private const int PeriodDays = 30;

    private readonly EmbeddedPostgres _server;
    private readonly ServiceProvider _services;
    private readonly PaystackSimulator _paystack = new(TimeProvider.System) { AnswerTime = AnswerTime };

    private RenewalNight(EmbeddedPostgres server, string folder)
    {
        _server = server;
        _services = new ServiceCollection().AddLogging().AddControlPlane(new ControlPlaneOptions
        {
            ConnectionString = server.ConnectionString, SecretKeyFile = Path.Combine(folder, "renewals.key"),
        }).BuildServiceProvider();
    }

    public static async Task<List<Row>> RunAsync(string folder, int subscriptions)
    {
        var server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { Directory = Path.Combine(folder, "renewals-postgres") }, TimeProvider.System,
            NullLoggerFactory.Instance, CancellationToken.None);
        await using var night = new RenewalNight(server, folder);
        await night.FillAsync(subscriptions);
        double renewing = await night.TimeAsync<RenewSubscriptions>();
        double collecting = await night.TimeAsync<CollectUnpaid>();
        await night.CheckAsync(subscriptions);
        string due = $"{subscriptions:N0} renewals, half from wallets and half by saved cards";
        return
        [
            new Row(Row.Renewals, $"{due}: periods, invoices, grants and what wallets pay", "s", Of(renewing), []),
            new Row(Row.Renewals, $"{due}: {subscriptions / 2:N0} charges at a gateway that answers in "
                + $"{AnswerTime.TotalMilliseconds:0} ms", "s", Of(collecting), []),
            new Row(Row.Renewals, "requests to the gateway at a time, at most", "", Of(night._paystack.MostAtOnce), []),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _paystack.DisposeAsync();
        await _server.DisposeAsync();
    }

    /// <summary>One customer buys with a card and keeps it; the others are made like that one.</summary>
    private async Task FillAsync(int subscriptions)
    {
        await _services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
        await _paystack.StartAsync();
        long gateway = Value(await AskAsync((AddGateway add) => add.ExecuteAsync(new(GatewayKind.Paystack, "Paystack",
            new(["USD"], _paystack.ApiKey, BaseUrl: _paystack.Address)), default))).Id;
        long plan = Value(await AskAsync((CreatePlan create) => create.ExecuteAsync(
            new("Personal", PlanKind.Subscription, Price, "USD", IncludedBytes,
                Limits: new PlanLimits(PeriodUnit.Day, PeriodDays)), default))).Id;
        long first = Value(await AskAsync((CreateCustomer create) =>
            create.ExecuteAsync(new("1@bench.example", ""), default))).Id;
        long order = Value(await AskAsync((PlaceOrder place) => place.ExecuteAsync(
            new(Scope.Staff, first, OrderKind.Subscription, plan), default))).Id;
        string reference = Value(await AskAsync((StartPayment start) => start.ExecuteAsync(new(Scope.Staff, first, gateway,
            new Uri("https://bench.example/"), order, KeepMethod: true), default))).Reference;
        await _paystack.PayAsync(reference);
        Value(await AskAsync((AskPayment ask) => ask.ExecuteAsync(new(Scope.Staff, reference), default)));

        await using var database = NpgsqlDataSource.Create(_server.ConnectionString);
        await using var clone = database.CreateCommand($"""
            insert into customers (id, email, name, plan_id)
            select i, i || '@bench.example', 'bench', {plan} from generate_series({first + 1}, {first + subscriptions - 1}) i;
            insert into subscriptions (customer_id, plan_version_id, state, currency, anchor_at, period_start, period_end,
                created_at)
            select c.id, s.plan_version_id, s.state, s.currency, s.anchor_at, s.period_start, s.period_end, s.created_at
            from customers c, subscriptions s where c.id > {first};
            update customers set billed = true;
            select ledger_post('seed/' || id, sha256(''), 'credit', '', now(), 'USD', array['wallet', 'marketing'],
                array[id, null]::bigint[], array[{Price}, -{Price}]::bigint[], false)
            from customers where id % 2 <> {first % 2};
            update subscriptions s set anchor_at = due - {PeriodDays} * interval '1 day', period_end = due,
                period_start = due - {PeriodDays} * interval '1 day'
            from (select id, now() - random() * interval '12 hours' as due from subscriptions) night where night.id = s.id;
            delete from subscription_periods;
            insert into subscription_periods (subscription_id, period_start, period_end, plan_version_id, invoice_id)
            select id, period_start, period_end, plan_version_id, case customer_id when {first} then (select id from invoices) end
            from subscriptions;
            delete from grants;
            insert into grants (customer_id, measure, amount, origin, origin_id, priority, valid_from, valid_until)
            select customer_id, 'bytes', {IncludedBytes}, 'period', id, grant_priority('period'), period_start, period_end
            from subscriptions where customer_id = {first};
            analyze;
            """);
        clone.CommandTimeout = 0;
        await clone.ExecuteNonQueryAsync();
        await SaveCardsAsync(database, first, subscriptions);
    }

    /// <summary>Each card is sealed for its own row.</summary>
    private async Task SaveCardsAsync(NpgsqlDataSource database, long first, int subscriptions)
    {
        await using var db = new AtlanticDb(AtlanticDb.OptionsFor(database));
        var saved = await db.PaymentMethods.SingleAsync();
        var box = _services.GetRequiredService<SecretBox>();
        string token = box.Open(saved.TokenSealed!, SecretPlace.PaymentMethodToken(saved.Id));
        await using var connection = await database.OpenConnectionAsync();
        await using var copy = await connection.BeginBinaryImportAsync("""
            copy payment_methods (id, customer_id, gateway_id, fingerprint, token_sealed, gateway_customer, email, is_default,
                created_at) from stdin binary
            """);
        for (long i = 1; i < subscriptions / 2; i++)
        {
            await copy.StartRowAsync();
            foreach (object value in new object[]
            {
                saved.Id + i, first + 2 * i, saved.GatewayId, saved.Fingerprint,
                box.Seal(token, SecretPlace.PaymentMethodToken(saved.Id + i)), saved.GatewayCustomer, saved.Email, true,
                saved.CreatedAt,
            })
                await copy.WriteAsync(value);
        }
        await copy.CompleteAsync();
    }

    private async Task<double> TimeAsync<TJob>() where TJob : IClusterJob
    {
        long start = TimeProvider.System.GetTimestamp();
        var report = await AskAsync((TJob job) => job.ExecuteAsync(default));
        if (report.Failures.Count > 0)
            throw new InvalidOperationException(report.Failures[0]);
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        Console.Error.WriteLine($"{typeof(TJob).Name}, {seconds:0.0} s: {report.Done}");
        return seconds;
    }

    private async Task CheckAsync(int subscriptions)
    {
        var wrong = await AskAsync((VerifyBooks verify) => verify.ExecuteAsync(default));
        await using var database = NpgsqlDataSource.Create(_server.ConnectionString);
        await using var count = database.CreateCommand("""
            select array[(select count(*) from subscriptions where state = 'active' and period_end > now()),
                (select count(*) from invoices where state = 'paid') - 1, (select max(number) from invoices) - 1,
                (select count(*) from payments where state = 'settled' and purpose_kind = 'renewal') * 2]
            """);
        if (wrong is [var first, ..])
            throw new InvalidOperationException(first.What);
        if (await count.ExecuteScalarAsync() is not long[] counts
            || counts.Any(each => each != subscriptions) || _paystack.Charges != subscriptions / 2 + 1)
            throw new InvalidOperationException("The night's renewals are not what they should be.");
    }

    private async Task<TResult> AskAsync<TService, TResult>(Func<TService, Task<TResult>> ask) where TService : notnull
    {
        await using var scope = _services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<TService>());
    }

    private static T Value<T>(Result<T> result) => result.Value;

    private static Dictionary<string, double> Of(double figure) => new() { ["atlanticproxy"] = figure };
}
