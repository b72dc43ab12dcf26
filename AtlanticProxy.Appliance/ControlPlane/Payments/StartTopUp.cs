using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>A customer puts money into the wallet, at a gateway's checkout or by transfer.</summary>
public sealed class StartTopUp(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    /// <param name="Key">Of the form: sent again, it is the same payment.</param>
    /// <param name="ReturnUrl">Where the customer comes back to.</param>
    /// <param name="KeepMethod">Whether the customer agreed that the card is kept.</param>
    public sealed record Request(
        Scope Scope, long CustomerId, long GatewayId, long Amount, string Currency, string Key, Uri ReturnUrl,
        bool KeepMethod = false);

    public Task<Result<PaymentView>> ExecuteAsync(Request request, CancellationToken cancellation) =>
        new StartCheckout(db, desk, time).ExecuteAsync(request.Scope,
        new(request.CustomerId, request.GatewayId, request.Amount, request.Currency, TopUp.KindName,
            $"{request.CustomerId}/{request.Key}", "Top-up", request.ReturnUrl, request.KeepMethod), cancellation);
}

/// <summary>Something to pay at a checkout.</summary>
/// <param name="Amount">Minor units.</param>
/// <param name="Description">Shown to the customer by the gateway.</param>
internal sealed record Checkout(
    long CustomerId, long GatewayId, long Amount, string Currency, string PurposeKind, string PurposeKey, string Description,
    Uri ReturnUrl, bool KeepMethod);

/// <summary>Sends a customer who is present to a gateway, for any purpose.</summary>
internal sealed class StartCheckout(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    private readonly PaymentRequests _requests = new(db, desk, time);

    /// <summary>A checkout that was lost is begun anew, once: if that is lost too, the gateway is not well.</summary>
    private const int Tries = 2;

    private const int MaxKeyLength = 60;

    public async Task<Result<PaymentView>> ExecuteAsync(Scope scope, Checkout wanted, CancellationToken cancellation)
    {
        var customer = await db.Customers.VisibleTo(scope).SingleOrDefaultAsync(row => row.Id == wanted.CustomerId, cancellation);
        if (customer is null)
            return CustomerQueries.NoSuchCustomer;
        var gateway = await db.Gateways.SingleOrDefaultAsync(row => row.Id == wanted.GatewayId && row.Enabled, cancellation);
        if (gateway is null)
            return PaymentQueries.NoSuchGateway;
        string currency = wanted.Currency.Trim().ToUpperInvariant();
        var money = new Money(wanted.Amount, currency);
        var open = desk.Directory.Open(gateway);
        var validation = new Validation();
        validation.Require(wanted.Amount is > 0 and <= Money.MaxPrice, "Amount", "payment.amount_invalid",
            "Give an amount of more than nothing, such as 9.99.");
        validation.Require(gateway.Currencies.Contains(currency), "Currency", "payment.currency_not_taken",
            $"{gateway.Name} takes {string.Join(", ", gateway.Currencies)}.");
        validation.Require(customer.Currency is null || customer.Currency == currency, "Currency", "payment.currency_differs",
            $"You pay in {customer.Currency}: give an amount in it.");
        validation.Require(wanted.PurposeKey.Length is > 0 and <= MaxKeyLength, "Key", "payment.key_invalid",
            $"A key has 1 to {MaxKeyLength} characters.");
        if (validation.Failed)
            return Result.Failure<PaymentView>(validation.Errors);
        if (open.Api.Accepts(money) is { IsSuccess: false } refused)
            return Result.Failure<PaymentView>(refused.Errors);

        for (int tries = 1; ; tries++)
        {
            var begun = await _requests.BeginAsync(new(customer.Id, gateway, null, money, wanted.PurposeKind, wanted.PurposeKey,
                wanted.KeepMethod), cancellation);
            if (!begun.IsSuccess)
                return Result.Failure<PaymentView>(begun.Errors);
            var payment = await _requests.SendAsync(begun.Value, api => api.StartCheckoutAsync(new(begun.Value.Reference, money,
                customer.Email, wanted.Description, wanted.ReturnUrl.AbsoluteUri, begun.Value.ExpiresAt, wanted.KeepMethod),
                cancellation), cancellation);
            bool lost = payment is { State: PaymentState.NeedsAction, CheckoutUrl: "" } && gateway.Kind != GatewayKind.Bank;
            if (!lost || tries == Tries || !await _requests.GiveUpAsync(payment, cancellation))
                return PaymentView.Of(payment, payment.GatewayId == gateway.Id
                    ? gateway : (await desk.Directory.OpenAsync(payment.GatewayId, cancellation)).Row);
        }
    }
}
