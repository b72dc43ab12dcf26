using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;

namespace AtlanticProxy.Web.Tests.Portal;

/// <summary>A customer with an order that waits for a transfer of 29.00 USD.</summary>
internal sealed partial record Shop(SeededPortal Portal, SeededCustomer Customer, long PlanId, long BankId, long OrderId,
    string Reference)
{
    private static int s_shops;

    public static async Task<Shop> OpenAsync()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        int number = Interlocked.Increment(ref s_shops);
        var plan = (await portal.Portal.UseAsync<CreatePlan, Result<PlanSummary>>(create => create.ExecuteAsync(
            new($"Sold {number}", PlanKind.Subscription, 2900, "USD", 50_000_000_000), default))).Value;
        var bank = (await portal.Portal.UseAsync<AddGateway, Result<GatewaySummary>>(add => add.ExecuteAsync(
            new(GatewayKind.Bank, $"Bank {number}", new(["USD"], Instructions: "IBAN")), default))).Value;
        var order = (await portal.Portal.UseAsync<PlaceOrder, Result<OrderSummary>>(place => place.ExecuteAsync(
            new(Scope.Staff, customer.Id, OrderKind.Subscription, plan.Id), default))).Value;
        var payment = (await portal.Portal.UseAsync<StartPayment, Result<PaymentView>>(start => start.ExecuteAsync(
            new(Scope.Staff, customer.Id, bank.Id, new Uri("https://shop.example/"), order.Id), default))).Value;
        return new Shop(portal, customer, plan.Id, bank.Id, order.Id, payment.Reference);
    }

    /// <summary>A line of the bank's statement.</summary>
    public Dictionary<string, string> Transfer(string text, string amount, string key, string payer = "") => new()
    {
        ["GatewayId"] = $"{BankId}", ["Text"] = text, ["Amount"] = amount, ["Currency"] = "USD", ["StatementKey"] = key,
        ["Payer"] = payer,
    };

    /// <summary>The order is paid, and its invoice written; the value is the invoice's id.</summary>
    public async Task<long> PaidAsync(Visitor owner)
    {
        await owner.FollowAsync(await owner.PostAsync("/admin/payments/transfer", Transfer(Reference, "29.00", Reference)));
        return await Portal.Portal.Database.ScalarAsync<long>($"select invoice_id from orders where id = {OrderId}");
    }

    /// <summary>What was stored when a form was made, as it carries it.</summary>
    public static string VersionOf(Answer page) => VersionField().Match(page.Body).Groups[1].Value;

    [GeneratedRegex("name=\"version\" value=\"([^\"]+)\"")]
    private static partial Regex VersionField();
}
