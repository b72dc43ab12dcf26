using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>Asks a gateway for a payment that does not exist: that it says so shows that it is there and takes our key.</summary>
public sealed class TestGateway(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    /// <summary>Any amount does: nothing is charged.</summary>
    private const long SomeAmount = 100;

    public sealed record Request(long GatewayId);

    /// <summary>The value says in a sentence what was found.</summary>
    public async Task<Result<string>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var gateway = await db.Gateways.SingleOrDefaultAsync(row => row.Id == request.GatewayId, cancellation);
        if (gateway is null)
            return PaymentQueries.NoSuchGateway;
        if (gateway.Kind == GatewayKind.Bank)
            return $"{gateway.Name} is a bank account: there is nobody to ask. Confirm transfers when they come.";
        var api = desk.Directory.Open(gateway).Api;
        var answer = await api.FindAsync(new SentPayment(PaymentRequests.NewReference(), null,
            new Money(SomeAmount, gateway.Currencies[0]), time.GetUtcNow()), cancellation);
        return answer.Status switch
        {
            GatewayStatus.Unknown => $"{gateway.Name} answers and accepts the API key ({api.Account}).",
            GatewayStatus.NoAnswer => Failure("gateway.no_answer",
                $"{gateway.Name} did not answer. Check its address and that this server reaches it, then test again."),
            _ => Failure("gateway.refused", answer.Message.Length > 0
                ? (Phrase)($"{gateway.Name} refused the request: {answer.Message.TrimEnd('.')}. "
                    + $"Check the API key and what it may do.")
                : $"{gateway.Name} refused the request. Check the API key and what it may do."),
        };
    }

    private static Error Failure(string code, Phrase message) => new(ErrorKind.Conflict, code, message);
}
