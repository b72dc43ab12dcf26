using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;

namespace AtlanticProxy.ControlPlane.Webhooks;

/// <summary>Gives an endpoint another secret. The old one signs nothing any more.</summary>
public sealed class RotateWebhookSecret(AtlanticDb db, SecretBox box)
{
    public sealed record Request(Scope Scope, long WebhookId);

    public async Task<Result<WebhookSecret>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string secret = AddWebhook.SecretPrefix + SecretGenerator.Next();
        byte[] kept = box.Seal(secret, SecretPlace.WebhookSecret(request.WebhookId));
        int changed = await db.WebhookEndpoints.VisibleTo(request.Scope).Where(row => row.Id == request.WebhookId)
            .Set(row => row.SecretSealed, kept).UpdateAsync(cancellation);
        return changed > 0 ? new WebhookSecret(request.WebhookId, secret) : WebhookRules.NoSuchEndpoint;
    }
}
