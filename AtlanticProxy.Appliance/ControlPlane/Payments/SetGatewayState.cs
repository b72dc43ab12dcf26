using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>Offers a gateway to customers, or no longer. What was begun with it goes on.</summary>
public sealed class SetGatewayState(AtlanticDb db)
{
    public sealed record Request(long GatewayId, bool Enabled);

    /// <summary>The value is whether that changed anything.</summary>
    public Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation) =>
        db.Gateways.Where(gateway => gateway.Id == request.GatewayId)
            .SetStateAsync(gateway => gateway.Enabled, request.Enabled, PaymentQueries.NoSuchGateway, cancellation);
}
