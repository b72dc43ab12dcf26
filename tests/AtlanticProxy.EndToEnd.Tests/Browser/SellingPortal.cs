using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Simulator.Gateways;
using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>A portal that sells, by a simulated Paystack and by bank transfer, with something on every page about money.</summary>
internal sealed class SellingPortal : IAsyncDisposable
{
    public const string Owner = "owner@test.example";

    /// <summary>Has a plan, an invoice, money in the wallet, and an order that is not paid.</summary>
    public const string Customer = "customer@test.example";

    /// <summary>Of the form that began a top-up by transfer, which nobody has paid yet.</summary>
    public const string TopUpKey = "0f8fad5bd9cb469fa16570867728950e";

    private readonly PostgresServer _server;

    private SellingPortal(PostgresServer server, RunningPortal portal) => (_server, Portal) = (server, portal);

    public RunningPortal Portal { get; }

    public PaystackSimulator Paystack { get; } = new(TimeProvider.System);

    public long CustomerId { get; private set; }

    /// <summary>29.00 USD a month, with everything that a plan can sell.</summary>
    public long PersonalId { get; private set; }

    public long PaystackId { get; private set; }

    public long OpenOrderId { get; private set; }

    /// <summary>Of that top-up's payment.</summary>
    public string Reference { get; private set; } = "";

    public static async Task<SellingPortal> StartAsync()
    {
        var server = await PostgresServer.StartAsync();
        var selling = new SellingPortal(server, await RunningPortal.StartAsync(server: server));
        await selling.Paystack.StartAsync();
        await selling.Portal.AddStaffAsync(Owner, Roles.Owner);
        await selling.FillAsync();
        return selling;
    }

    /// <summary>A customer with a sign-in, and nothing bought yet.</summary>
    public async Task<long> AddCustomerAsync(string email)
    {
        long id = Done(await Portal.UseAsync((CreateCustomer create) => create.ExecuteAsync(new(email, "Meridian"), default))).Id;
        Done(await Portal.UseAsync((CreateCustomerLogin create) =>
            create.ExecuteAsync(new(id, RunningPortal.Password), default)));
        return id;
    }

    /// <summary>Gives a customer the personal plan, paid from the wallet.</summary>
    public async Task BuyAsync(long customer)
    {
        Done(await Portal.UseAsync((CreditWallet credit) => credit.ExecuteAsync(new(customer, 4000, "USD"), default)));
        await OrderAsync(customer, OrderKind.Subscription, PersonalId);
    }

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await Paystack.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task FillAsync()
    {
        PaystackId = await AddGatewayAsync(GatewayKind.Paystack, "Paystack",
            new(["USD"], Paystack.ApiKey, BaseUrl: Paystack.Address));
        long bank = await AddGatewayAsync(GatewayKind.Bank, "bank transfer",
            new(["USD"], Instructions: "IBAN XX00 0000 0000 0000\nOur Bank"));
        Done(await Portal.UseAsync((SetSeller set) => set.ExecuteAsync(new(new SellerSettings("Meridian Proxies SAS",
            "12 rue de la Mer\n75001 Paris", "FR", "FR83404833048", Footer: "RCS Paris 404 833 048")), default)));
        Done(await Portal.UseAsync((SetMail set) => set.ExecuteAsync(
            new(new MailSettings("127.0.0.1", SenderAddress: "billing@shop.example")), default)));
        Done(await Portal.UseAsync((CreateCoupon create) => create.ExecuteAsync(
            new("WELCOME", CouponKind.Percent, 1000, MaxRedemptions: 100), default)));
        PersonalId = Done(await Portal.UseAsync((CreatePlan create) => create.ExecuteAsync(new("Personal", PlanKind.Subscription,
            2900, "USD", 50_000_000_000, Offer: new PlanOffer(OveragePrice: 90, SeatPrice: 200, TopUpPrice: 80, Pausable: true)),
                default))).Id;
        Done(await Portal.UseAsync((CreatePlan create) => create.ExecuteAsync(new("Hours", PlanKind.Hourly, 120, "USD",
            Offer: new PlanOffer { Packages = [new(600, 1200)], Surcharges = new(City: 50, Asn: 100) }), default)));
        Done(await Portal.UseAsync((CreatePlan create) => create.ExecuteAsync(
            new("Team", PlanKind.Subscription, 9900, "USD", 500_000_000_000), default)));

        CustomerId = await AddCustomerAsync(Customer);
        await BuyAsync(CustomerId);
        OpenOrderId = (await OrderAsync(CustomerId, OrderKind.TopUp, amount: 20_000_000_000)).Id;
        Reference = Done(await Portal.UseAsync((StartTopUp start) => start.ExecuteAsync(new(Scope.Staff, CustomerId, bank, 5000,
            "USD", TopUpKey, new Uri(Portal.Address, "/wallet")), default))).Reference;
        Done(await Portal.UseAsync((ConfirmTransfer confirm) => confirm.ExecuteAsync(
            new(bank, "line-1", "no reference at all", 1234, "USD", "A. Payer"), default)));
    }

    private async Task<OrderSummary> OrderAsync(long customer, OrderKind kind, long? plan = null, long? amount = null) =>
        Done(await Portal.UseAsync((PlaceOrder place) => place.ExecuteAsync(
            new(Scope.Staff, customer, kind, plan, amount), default)));

    private async Task<long> AddGatewayAsync(GatewayKind kind, string name, GatewaySettings settings) =>
        Done(await Portal.UseAsync((AddGateway add) => add.ExecuteAsync(new(kind, name, settings), default))).Id;

    private static T Done<T>(Result<T> result) => result.Value;
}
