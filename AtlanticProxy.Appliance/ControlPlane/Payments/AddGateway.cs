using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>Adds a gateway, enabled.</summary>
public sealed class AddGateway(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    /// <param name="Name">As customers see it; unique.</param>
    public sealed record Request(GatewayKind Kind, string Name, GatewaySettings Settings);

    public async Task<Result<GatewaySummary>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string name = request.Name.Trim();
        var validation = new Validation();
        validation.Require(name.Length is > 0 and <= Gateway.MaxNameLength && !name.Any(char.IsControl), nameof(Request.Name),
            "gateway.name_invalid", $"A name has 1 to {Gateway.MaxNameLength} characters.");
        request.Settings.Require(validation, request.Kind, isNew: true);
        if (validation.Failed)
            return Result.Failure<GatewaySummary>(validation.Errors);

        var gateway = new Gateway
        {
            Id = await db.NextIdAsync("gateways", cancellation), Kind = request.Kind, Name = name, CreatedAt = time.GetUtcNow(),
        };
        request.Settings.Write(gateway);
        if (request.Kind != GatewayKind.Bank)
            gateway.SecretsSealed = desk.Directory.Seal(gateway.Id,
                new GatewaySecrets(request.Settings.ApiKey!, request.Settings.WebhookSecret ?? ""));
        return await db.InsertUnlessTakenAsync(gateway, cancellation)
            ? PaymentQueries.Summary(gateway)
            : new Error(ErrorKind.Conflict, "gateway.name_taken", "There is a gateway with this name already.",
                nameof(Request.Name));
    }
}
