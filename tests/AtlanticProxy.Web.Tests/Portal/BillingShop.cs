using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Simulator.Gateways;

namespace AtlanticProxy.Web.Tests.Portal;

/// <summary>A portal that sells: a simulated Paystack, a bank, and two plans.</summary>
internal sealed partial class BillingShop
{
    private const long Gb = 1_000_000_000;

    private static readonly Lazy<Task<BillingShop>> Shared = new(StartAsync);

    private BillingShop(SeededPortal seeded) => Seeded = seeded;

    public SeededPortal Seeded { get; }

    public PaystackSimulator Paystack { get; } = new(TimeProvider.System);

    public long PaystackId { get; private set; }
    public long BankId { get; private set; }

    /// <summary>29.00 USD a month, 50 GB; top-ups, seats, a trial; can be paused.</summary>
    public long Personal { get; private set; }

    /// <summary>99.00 USD a month, 200 GB.</summary>
    public long Business { get; private set; }

    /// <summary>3.00 USD a GB, or 10 GB for 25.00.</summary>
    public long PayAsYouGo { get; private set; }

    public static Task<BillingShop> SharedAsync() => Shared.Value;

    public static async Task StopSharedAsync()
    {
        if (!Shared.IsValueCreated)
            return;
        var shop = await Shared.Value;
        await shop.Seeded.Portal.DisposeAsync();
        await shop.Paystack.DisposeAsync();
    }

    /// <summary>A customer who is signed in.</summary>
    public async Task<(SeededCustomer Customer, Visitor Visitor)> EnterAsync(string name = "Ann")
    {
        var customer = await Seeded.AddCustomerAsync(name);
        return (customer, await Seeded.SignedInAsync(customer.Email));
    }

    /// <summary>Puts money into a wallet, in minor units of USD.</summary>
    public async Task CreditAsync(SeededCustomer customer, long amount) =>
        Assert.IsTrue((await Seeded.Portal.UseAsync((CreditWallet credit) =>
            credit.ExecuteAsync(new(customer.Id, amount, "USD"), default))).IsSuccess);

    /// <summary>A customer who is signed in, with a plan that the wallet has paid.</summary>
    public async Task<(SeededCustomer Customer, Visitor Visitor)> SubscribedAsync(long? plan = null, long more = 0)
    {
        var (customer, visitor) = await EnterAsync();
        await CreditAsync(customer, 2900 + more);
        var order = await Seeded.Portal.UseAsync((PlaceOrder place) => place.ExecuteAsync(
            new(Scope.Staff, customer.Id, OrderKind.Subscription, plan ?? Personal), default));
        Assert.AreEqual(OrderState.Paid, order.Value.State);
        return (customer, visitor);
    }

    public Task<long> BalanceAsync(SeededCustomer customer) => Seeded.Portal.Database.ScalarAsync<long>($"""
        select coalesce(sum(balance), 0)::bigint from ledger_accounts where kind = 'wallet' and customer_id = {customer.Id}
        """);

    /// <summary>Presses a gateway's button; the answer is the page that leads on to the gateway.</summary>
    public static async Task<Answer> PayAsync(Visitor visitor, string page, long gateway, bool keep = false)
    {
        var pressed = await visitor.PostAsync($"{page}/pay",
            new() { ["GatewayId"] = $"{gateway}", ["KeepMethod"] = keep ? "true" : "false" });
        return await visitor.FollowAsync(pressed);
    }

    /// <summary>The reference of the payment that a page leads on to.</summary>
    public string ReferenceOf(Answer page)
    {
        var match = Onward().Match(page.Text);
        Assert.IsTrue(match.Success, page.Text);
        Assert.StartsWith(Paystack.Address, match.Groups[1].Value);
        return match.Groups[1].Value.Split('/')[^1];
    }

    /// <summary>What a form of the page would send, but for the token.</summary>
    public static Dictionary<string, string> FieldsOf(Answer page, string action)
    {
        string form = page.Body[page.Body.IndexOf($"action=\"{action}\"", StringComparison.Ordinal)..];
        return HiddenField().Matches(form[..form.IndexOf("</form>", StringComparison.Ordinal)])
            .Where(field => field.Groups[1].Value != "__RequestVerificationToken")
            .ToDictionary(field => field.Groups[1].Value, field => field.Groups[2].Value);
    }

    private static async Task<BillingShop> StartAsync()
    {
        var shop = new BillingShop(await SeededPortal.StartAsync());
        await shop.Paystack.StartAsync();
        shop.PaystackId = await shop.AddGatewayAsync(GatewayKind.Paystack, "Paystack",
            new(["USD"], shop.Paystack.ApiKey, BaseUrl: shop.Paystack.Address));
        shop.BankId = await shop.AddGatewayAsync(GatewayKind.Bank, "bank transfer",
            new(["USD"], Instructions: "IBAN XX00 0000\n<Our Bank>"));
        shop.Personal = await shop.AddPlanAsync("Personal", 2900, 50, new PlanOffer(TrialDays: 3, TrialBytes: Gb, SeatPrice: 200,
            TopUpPrice: 100, Pausable: true));
        shop.Business = await shop.AddPlanAsync("Business <1>", 9900, 200, PlanOffer.Usual);
        shop.PayAsYouGo = await shop.AddPlanAsync("Pay as you go", 300, null,
            new PlanOffer { Packages = [new PricedAmount(10 * Gb, 2500)] }, PlanKind.PerGb);
        await shop.AddPlanAsync("Enterprise", 99900, 9000, new PlanOffer(OnRequest: true));
        await shop.AddPlanAsync("Secret", 100, 1, new PlanOffer(Hidden: true));
        return shop;
    }

    private async Task<long> AddGatewayAsync(GatewayKind kind, string name, GatewaySettings settings) =>
        (await Seeded.Portal.UseAsync((AddGateway add) => add.ExecuteAsync(new(kind, name, settings), default))).Value.Id;

    private async Task<long> AddPlanAsync(
        string name, long price, long? gb, PlanOffer offer, PlanKind kind = PlanKind.Subscription) =>
        (await Seeded.Portal.UseAsync((CreatePlan create) => create.ExecuteAsync(
            new(name, kind, price, "USD", gb * Gb, Offer: offer), default))).Value.Id;

    [GeneratedRegex("http-equiv=\"refresh\" content=\"0;url=([^\"]+)\"")]
    private static partial Regex Onward();

    [GeneratedRegex("type=\"hidden\" name=\"(\\w+)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenField();
}
