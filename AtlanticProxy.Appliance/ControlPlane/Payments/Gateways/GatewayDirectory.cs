using System.Text.Json;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments.Gateways;

/// <summary>A gateway's row, and the way to speak to it.</summary>
internal sealed record OpenGateway(Gateway Row, IGateway Api);

/// <summary>Opens gateways.</summary>
internal sealed class GatewayDirectory(AtlanticDb db, SecretBox box, IHttpClientFactory clients, TimeProvider time)
{
    /// <summary>Of a removed gateway. Stripe's SDK takes no empty key.</summary>
    private static readonly GatewaySecrets s_none = new("none", "");

    /// <summary>Also removed ones, whose secrets are gone: they refuse whatever they are asked.</summary>
    public async Task<OpenGateway> OpenAsync(long id, CancellationToken cancellation) =>
        Open(await db.AllGateways.SingleAsync(gateway => gateway.Id == id, cancellation));

    public OpenGateway Open(Gateway row)
    {
        var secrets = row.SecretsSealed is { } kept ? Secrets(row.Id, kept) : s_none;
        var http = new GatewayHttp(clients.CreateClient(GatewayHttp.ClientName));
        return new OpenGateway(row, row.Kind switch
        {
            GatewayKind.Paystack => new PaystackGateway(http, row.BaseUrl, secrets),
            GatewayKind.Stripe => new StripeGateway(http, row.BaseUrl, secrets, time),
            GatewayKind.Btcpay => new BtcpayGateway(http, row.BaseUrl, row.Store, secrets),
            GatewayKind.Bank => new BankGateway(),
        });
    }

    public GatewaySecrets Secrets(long id, byte[] sealedSecrets) =>
        JsonSerializer.Deserialize<GatewaySecrets>(box.Open(sealedSecrets, SecretPlace.GatewaySecrets(id)))!;

    public byte[] Seal(long id, GatewaySecrets secrets) =>
        box.Seal(JsonSerializer.Serialize(secrets), SecretPlace.GatewaySecrets(id));
}
