using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;

namespace AtlanticProxy.ControlPlane.Webhooks;

/// <summary>Removes an endpoint, with the list of what it was told.</summary>
public sealed class RemoveWebhook(AtlanticDb db)
{
    public sealed record Request(Scope Scope, long WebhookId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        int removed = await db.WebhookEndpoints.VisibleTo(request.Scope).Where(row => row.Id == request.WebhookId)
            .DeleteAsync(cancellation);
        return removed > 0 ? Result.Success : WebhookRules.NoSuchEndpoint;
    }
}
