using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Asks the gateway how a payment stands: for the page that a customer comes back to, which proves nothing by itself, and for
/// staff.
/// </summary>
public sealed class AskPayment(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    public sealed record Request(Scope Scope, string Reference);

    public async Task<Result<PaymentView>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var payment = await db.Payments.VisibleTo(request.Scope).SingleOrDefaultAsync(row => row.Reference == request.Reference,
            cancellation);
        if (payment is null)
            return PaymentQueries.NoSuchPayment;
        var gateway = await desk.Directory.OpenAsync(payment.GatewayId, cancellation);
        if (payment.Attempts > 0)
            (payment, _) = await new PaymentRequests(db, desk, time).AskAsync(payment, gateway, cancellation);
        return PaymentView.Of(payment, gateway.Row);
    }
}
