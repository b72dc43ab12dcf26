using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>Staff say what became of a refund that they had to see to by hand: a transfer back, say.</summary>
public sealed class ConfirmRefund(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    private static readonly Error NotByHand = new(ErrorKind.Conflict, "refund.not_by_hand",
        "The gateway says what becomes of this refund: there is nothing to confirm.");

    /// <param name="Arrived">Whether the customer has it; else it is in the wallet again.</param>
    public sealed record Request(string RefundReference, bool Arrived);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var found = await db.Refunds.SingleOrDefaultAsync(row => row.Reference == request.RefundReference, cancellation);
        if (found is null)
            return new Error(ErrorKind.NotFound, "refund.not_found", "There is no such refund.");
        if (found.State != RefundState.NeedsAction)
            return NotByHand;
        var gateway = await db.AllGateways.SingleAsync(row => db.Payments.Any(payment => payment.Id == found.PaymentId
            && payment.GatewayId == row.Id), cancellation);
        await new RefundWork(db, desk, time).ApplyAsync(found.Id, gateway,
            new RefundAnswer(request.Arrived ? RefundStatus.Settled : RefundStatus.Failed) { Message = "Confirmed by staff." },
            cancellation);
        return Result.Success;
    }
}
