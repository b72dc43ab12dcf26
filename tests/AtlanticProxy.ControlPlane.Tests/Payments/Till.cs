using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Tests.Invoices;
using AtlanticProxy.Simulator.Gateways;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Payments;

/// <summary>A control plane with one gateway, simulated, and one customer, Ann.</summary>
internal abstract class Till : IAsyncDisposable
{
    public static readonly Uri Return = new("https://shop.example/wallet");

    private int _delivered;

    private protected Till(ControlPlaneTest plane) => Plane = plane;

    public ControlPlaneTest Plane { get; }

    /// <summary>Null of a bank.</summary>
    public SimulatedGateway? Simulator { get; private protected init; }

    public GatewayKind Kind { get; private protected init; }
    public long GatewayId { get; private set; }
    public long Ann { get; private set; }

    /// <summary>What is asked for, where a test names no currency.</summary>
    public string Currency { get; private protected init; } = "USD";

    /// <param name="currencies">That the gateway takes, beside the usual one.</param>
    public static Task<Till> StartAsync(GatewayKind kind, params string[] currencies) => StartAsync(kind, new(), currencies);

    public static async Task<Till> StartAsync(GatewayKind kind, PaymentOptions options, params string[] currencies)
    {
        var plane = await ControlPlaneTest.StartAsync(payments: options,
            configure: services => services.AddScoped<IPaymentPurpose, BoughtThing>());
        Till till = kind switch
        {
            GatewayKind.Paystack => new PaystackTill(plane),
            GatewayKind.Stripe => new StripeTill(plane),
            GatewayKind.Btcpay => new BtcpayTill(plane),
            GatewayKind.Bank => new BankTill(plane),
        };
        if (till.Simulator is { } simulator)
            await simulator.StartAsync();
        till.Ann = (await plane.CustomerAsync()).Id;
        till.GatewayId = (await plane.AskAsync((AddGateway add) => add.ExecuteAsync(
            new(kind, kind.ToString(), till.Settings([till.Currency, .. currencies])), default))).Value.Id;
        return till;
    }

    /// <summary>Ends a payment at the gateway as the customer would.</summary>
    public abstract Task PayAsync(PaymentView payment, ChargeOutcome outcome = ChargeOutcome.Success);

    /// <summary>How often the gateway took money.</summary>
    public abstract int Charges { get; }

    /// <summary>An event of whatever type, signed.</summary>
    public virtual Task SayAsync(string type) => throw new NotSupportedException();

    /// <summary>Money that the appliance never asked for, in minor units of USD.</summary>
    public virtual Task PayElsewhereAsync(string reference, long amount) => throw new NotSupportedException();

    /// <summary>The gateway knows nothing of a payment any more.</summary>
    public virtual void Forget(string reference) => throw new NotSupportedException();

    /// <summary>What refunds are when they are made, as the gateway calls it.</summary>
    public virtual void RefundsAre(string status) => throw new NotSupportedException();

    /// <summary>The gateway takes no refunds.</summary>
    public virtual void RefuseRefunds() => throw new NotSupportedException();

    /// <summary>Says how the refunds of a payment ended.</summary>
    public virtual Task EndRefundsAsync(string reference, string status) => throw new NotSupportedException();

    /// <summary>Refunds at the gateway so far.</summary>
    public virtual int RefundCount => throw new NotSupportedException();

    /// <summary>The payer's bank opens a dispute; or it is decided.</summary>
    public virtual Task DisputeAsync(string reference, bool? won) => throw new NotSupportedException();

    public abstract GatewaySettings Settings(params IReadOnlyList<string> currencies);

    public async Task<PaymentView> TopUpAsync(
        long amount = 1000, string key = "form-1", string? currency = null, bool keep = false) =>
        (await TryTopUpAsync(amount, key, currency, keep)).Value;

    public Task<Result<PaymentView>> TryTopUpAsync(
        long amount = 1000, string key = "form-1", string? currency = null, bool keep = false) =>
        Plane.AskAsync((StartTopUp start) => start.ExecuteAsync(
            new(Scope.Of(Ann), Ann, GatewayId, amount, currency ?? Currency, key, Return, keep), default));

    /// <summary>A top-up that is paid, with the card kept where the gateway can.</summary>
    public async Task<PaymentView> PaidAsync(long amount = 1000, string key = "paid")
    {
        var payment = await TopUpAsync(amount, key, keep: true);
        await PayAsync(payment);
        return Kind == GatewayKind.Bank ? (await DetailsAsync(payment.Reference)).Payment : await AskAsync(payment.Reference);
    }

    /// <summary>Charges the default method.</summary>
    public Task<Result<PaymentView>> ChargeAsync(
        string key = "period-1", long amount = 1000, string kind = TopUp.KindName, long? customer = null, long? method = null) =>
        Plane.AskAsync((ChargeSavedMethod charge) => charge.ExecuteAsync(
            new(customer ?? Ann, amount, Currency, kind, key, "A period", method), default));

    public Task<Result<RefundState>> RefundAsync(
        string reference, long amount, RefundTarget target = RefundTarget.Method, string reason = "") =>
        Plane.AskAsync((RefundPayment refund) => refund.ExecuteAsync(new(reference, amount, reason, target), default));

    public async Task<PaymentView> AskAsync(string reference) =>
        (await Plane.AskAsync((AskPayment ask) => ask.ExecuteAsync(new(Scope.Staff, reference), default))).Value;

    public async Task<PaymentDetails> DetailsAsync(string reference) =>
        (await Plane.AskAsync((PaymentQueries queries) => queries.FindAsync(Scope.Staff, reference, default))).Value;

    /// <summary>Hands over what the gateway has delivered since the last time; then the job looks at it.</summary>
    public async Task DeliverAsync(int times = 1)
    {
        var fresh = Simulator!.Delivered.Skip(_delivered).ToList();
        _delivered += fresh.Count;
        foreach (var delivery in fresh)
            for (int i = 0; i < times; i++)
                Assert.IsTrue((await ReceiveAsync(delivery)).IsSuccess, delivery.Type);
        await RunAsync<HandleInbox>();
    }

    public Task<Result<bool>> ReceiveAsync(SimulatedDelivery delivery)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in delivery.Headers)
            headers[name] = value;
        return Plane.AskAsync((ReceiveWebhook receive) => receive.ExecuteAsync(new(Kind, delivery.Body, headers), default));
    }

    public Task<JobReport> RunAsync<TJob>() where TJob : IClusterJob => Plane.AskAsync((TJob job) => job.ExecuteAsync(default));

    /// <summary>Gives Ann money that nobody paid.</summary>
    public async Task GiveAsync(long amount)
    {
        await using var db = new AtlanticDb(AtlanticDb.OptionsFor(Plane.Database.Source));
        Assert.IsTrue((await new LedgerBook(db, Plane.Time).PostAsync(new(TransactionKind.Bonus, $"gift/{Guid.CreateVersion7()}",
            "", Currency, [new(AccountKind.Wallet, Ann, amount), new(AccountKind.Marketing, null, -amount)]),
                default)).IsSuccess);
    }

    /// <summary>Minor units in Ann's wallet.</summary>
    public async Task<long> WalletAsync(string? currency = null) => await Plane.Database.ScalarAsync<long>($"""
        select coalesce(sum(balance), 0)::bigint from ledger_accounts
        where kind = 'wallet' and customer_id = {Ann} and currency = '{currency ?? Currency}'
        """);

    /// <summary>Minor units in one of the reseller's accounts.</summary>
    public Task<long> AccountAsync(AccountKind kind) => Plane.Database.ScalarAsync<long>($"""
        select coalesce(sum(balance), 0)::bigint from ledger_accounts
        where kind = '{System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString())}'
        """);

    /// <summary>Kinds of all events so far, in order.</summary>
    public async Task<string> EventsAsync() =>
        await Plane.Database.ScalarAsync<string>("select coalesce(string_agg(kind, ' ' order by id), '') from events");

    public Task<long> CountAsync(string of) => Plane.Database.ScalarAsync<long>($"select count(*) from {of}");

    public async Task<IReadOnlyList<UnallocatedView>> UnallocatedAsync() =>
        await Plane.AskAsync((PaymentQueries queries) => queries.UnallocatedAsync(default));

    public async Task<string> DifferencesAsync() => string.Join(' ',
        (await Plane.AskAsync((PaymentQueries queries) => queries.DifferencesAsync(default))).Select(each => each.Kind));

    /// <summary>Whether a test has spoilt the books by hand.</summary>
    public bool IsSpoilt { get; set; }

    /// <summary>After every test: the books agree with themselves and with all that they are about.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!IsSpoilt)
        {
            await Plane.AssertBooksAgreeAsync();
            Assert.AreEqual(0, await CountAsync("ledger_accounts where kind = 'wallet' and (balance < 0 or bonus > balance)"));
        }
        if (Simulator is not null)
            await Simulator.DisposeAsync();
        await Plane.DisposeAsync();
    }
}

/// <summary>A thing that is bought: paid from the wallet in the same transaction, and taken back before a refund.</summary>
internal sealed class BoughtThing(AtlanticDb db, TimeProvider time) : IPaymentPurpose
{
    public const string KindName = "thing";

    public string Kind => KindName;

    public Task SettledAsync(Payment payment, CancellationToken cancellation) =>
        MoveAsync(payment, TransactionKind.Charge, $"thing/{payment.PurposeKey}", -payment.Amount);

    public Task FailedAsync(Payment payment, CancellationToken cancellation) =>
        db.ExecuteSqlAsync($"""
            insert into events (kind, customer_id, payload, created_at)
            values ('thing_not_paid', {payment.CustomerId}, '[]', {time.GetUtcNow()})
            """, cancellation);

    public async Task<Result> TakeBackAsync(Payment payment, long amount, CancellationToken cancellation)
    {
        if (payment.PurposeKey == "kept")
            return new Error(ErrorKind.Conflict, "thing.kept", "It was used up.");
        await MoveAsync(payment, TransactionKind.CreditNote, $"thing/{payment.PurposeKey}/back", amount);
        return Result.Success;
    }

    private async Task MoveAsync(Payment payment, TransactionKind kind, string key, long amount) =>
        Assert.IsTrue((await new LedgerBook(db, time).PostAsync(new(kind, key, "", payment.Currency,
            [new(AccountKind.Wallet, payment.CustomerId, amount), new(AccountKind.Revenue, null, -amount)]), default)).IsSuccess);
}

internal sealed class PaystackTill : Till
{
    public PaystackTill(ControlPlaneTest plane) : base(plane)
    {
        Paystack = new(plane.Time);
        (Kind, Simulator) = (GatewayKind.Paystack, Paystack);
    }

    public PaystackSimulator Paystack { get; }

    public override int Charges => Paystack.Charges;

    public override Task PayAsync(PaymentView payment, ChargeOutcome outcome = ChargeOutcome.Success) =>
        Paystack.PayAsync(payment.Reference, outcome);

    public override Task PayElsewhereAsync(string reference, long amount) => Paystack.PayElsewhereAsync(reference, amount, "USD");

    public override void Forget(string reference) => Paystack.Forget(reference);

    public override void RefundsAre(string status) => Paystack.RefundStatus = status;

    public override void RefuseRefunds() => Paystack.NoBalance = true;

    public override Task EndRefundsAsync(string reference, string status) => Paystack.EndRefundsAsync(reference, status);

    public override int RefundCount => Paystack.Refunds;

    public override Task SayAsync(string type) => Paystack.SayAsync(type, new() { ["id"] = 1 });

    public override Task DisputeAsync(string reference, bool? won) =>
        Paystack.DisputeAsync(reference, won switch { null => null, true => "declined", false => "auto-accepted" });

    public override GatewaySettings Settings(params IReadOnlyList<string> currencies) =>
        new(currencies, Paystack.ApiKey, BaseUrl: Paystack.Address);
}

internal sealed class BankTill : Till
{
    public BankTill(ControlPlaneTest plane) : base(plane) => Kind = GatewayKind.Bank;

    public override int Charges => 0;

    public override Task PayAsync(PaymentView payment, ChargeOutcome outcome = ChargeOutcome.Success) =>
        TransferAsync(payment.Reference, payment.Amount);

    public async Task<ConfirmTransfer.Booked> TransferAsync(
        string text, long amount, string? currency = null, string? key = null) =>
        (await Plane.AskAsync((ConfirmTransfer confirm) => confirm.ExecuteAsync(
            new(GatewayId, key ?? $"{text}/{amount}", text, amount, currency ?? Currency, "A. Payer"), default))).Value;

    public override GatewaySettings Settings(params IReadOnlyList<string> currencies) =>
        new(currencies, Instructions: "IBAN XX00 0000");
}

internal sealed class StripeTill : Till
{
    public StripeTill(ControlPlaneTest plane) : base(plane)
    {
        Stripe = new(plane.Time);
        (Kind, Simulator) = (GatewayKind.Stripe, Stripe);
    }

    public StripeSimulator Stripe { get; }

    public override int Charges => Stripe.Charges;

    public override Task PayAsync(PaymentView payment, ChargeOutcome outcome = ChargeOutcome.Success) =>
        Stripe.PayAsync(payment.Reference, outcome);

    public override Task PayElsewhereAsync(string reference, long amount) => Stripe.PayElsewhereAsync(reference, amount, "usd");

    public override void Forget(string reference) => Stripe.Forget(reference);

    public override void RefundsAre(string status) => Stripe.RefundStatus = status;

    public override void RefuseRefunds() => (Stripe.Fault, Stripe.FaultMethod) = (GatewayFault.Forbidden, "POST");

    public override Task EndRefundsAsync(string reference, string status) => Stripe.EndRefundsAsync(reference, status);

    public override int RefundCount => Stripe.Refunds;

    public override Task SayAsync(string type) => Stripe.TellAsync(type, new() { ["id"] = "obj_1" });

    public override Task DisputeAsync(string reference, bool? won) =>
        Stripe.DisputeAsync(reference, won switch { null => "needs_response", true => "won", false => "lost" });

    public override GatewaySettings Settings(params IReadOnlyList<string> currencies) =>
        new(currencies, Stripe.ApiKey, Stripe.WebhookSecret, Stripe.Address);
}

internal sealed class BtcpayTill : Till
{
    public BtcpayTill(ControlPlaneTest plane) : base(plane)
    {
        Btcpay = new(plane.Time);
        (Kind, Simulator) = (GatewayKind.Btcpay, Btcpay);
    }

    public BtcpaySimulator Btcpay { get; }

    public override int Charges => Btcpay.Charges;

    public override Task PayAsync(PaymentView payment, ChargeOutcome outcome = ChargeOutcome.Success) =>
        outcome == ChargeOutcome.Success
        ? Btcpay.PayAsync(payment.Reference, payment.Money.Number) : Btcpay.ExpireAsync(payment.Reference);

    public override Task PayElsewhereAsync(string reference, long amount) =>
        Btcpay.PayElsewhereAsync(reference, amount / 100m, "USD");

    public override void Forget(string reference) => Btcpay.Forget(reference);

    public override void RefuseRefunds() => Btcpay.NonRefundable = true;

    public override int RefundCount => Btcpay.Refunds;

    public override async Task SayAsync(string type) => await Btcpay.SayAsync(type, (await TopUpAsync()).Reference);

    public override GatewaySettings Settings(params IReadOnlyList<string> currencies) =>
        new(currencies, Btcpay.ApiKey, Btcpay.WebhookSecret, Btcpay.Address, Btcpay.Store);
}
