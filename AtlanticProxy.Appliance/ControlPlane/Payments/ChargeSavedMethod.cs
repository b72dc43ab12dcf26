using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Charges a saved method while the customer is away: once for each purpose, however often it is asked for. Without an answer the
/// payment stays <see cref="PaymentState.Sent"/>, and asking again asks the gateway what became of it.
/// </summary>
public sealed class ChargeSavedMethod(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    private static readonly Error NoMethod = new(ErrorKind.Conflict, "payment.no_method",
        "No payment method is saved: pay once and agree to keep the card.");

    /// <param name="Amount">Minor units.</param>
    /// <param name="PurposeKind">Of a registered purpose.</param>
    /// <param name="PurposeKey">What of that kind: it is charged once.</param>
    /// <param name="MethodId">Null for the default one.</param>
    public sealed record Request(
        long CustomerId, long Amount, string Currency, string PurposeKind, string PurposeKey, string Description,
        long? MethodId = null);

    public async Task<Result<PaymentView>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if (!await db.Customers.AnyAsync(customer => customer.Id == request.CustomerId, cancellation))
            return CustomerQueries.NoSuchCustomer;
        var method = await db.PaymentMethods.SingleOrDefaultAsync(row => row.CustomerId == request.CustomerId
            && (request.MethodId == null ? row.IsDefault : row.Id == request.MethodId), cancellation);
        if (method is null)
            return NoMethod;
        var gateway = await desk.Directory.OpenAsync(method.GatewayId, cancellation);
        var money = new Money(request.Amount, request.Currency);
        if (request.Amount <= 0 || gateway.Api.Accepts(money) is { IsSuccess: false })
            return new Error(ErrorKind.Invalid, "payment.amount_invalid", $"{money} cannot be charged by {gateway.Row.Name}.",
                nameof(Request.Amount));
        var requests = new PaymentRequests(db, desk, time);
        var begun = await requests.BeginAsync(new(request.CustomerId, gateway.Row, method.Id, money, request.PurposeKind,
            request.PurposeKey, KeepMethod: false), cancellation);
        if (!begun.IsSuccess)
            return Result.Failure<PaymentView>(begun.Errors);
        var payment = await requests.SendAsync(begun.Value, api => api.ChargeSavedAsync(new(begun.Value.Reference, money,
            desk.Methods.TokenOf(method), method.GatewayCustomer, method.Email, request.Description), cancellation),
                cancellation);
        return PaymentView.Of(payment, (await desk.Directory.OpenAsync(payment.GatewayId, cancellation)).Row);
    }
}
