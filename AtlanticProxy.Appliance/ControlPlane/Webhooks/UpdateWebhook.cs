using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Webhooks;

/// <summary>Changes where and of what an endpoint is told, or switches it off and on. Switched on, it is tried at once.</summary>
public sealed class UpdateWebhook(AtlanticDb db, WebhookOptions options, TimeProvider time)
{
    /// <param name="Kinds">Of events; empty: all.</param>
    public sealed record Request(Scope Scope, long WebhookId, string Url, IReadOnlyList<string> Kinds, bool Enabled);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string url = request.Url.Trim();
        if (WebhookRules.Check(url, request.Kinds, options) is { } wrong)
            return wrong;
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var endpoint = await db.WebhookEndpoints.VisibleTo(request.Scope).Where(row => row.Id == request.WebhookId)
            .LockedForUpdate().SingleOrDefaultAsync(cancellation);
        if (endpoint is null)
            return WebhookRules.NoSuchEndpoint;
        if (request.Enabled && !endpoint.Enabled)
            (endpoint.FailingSince, endpoint.Attempts, endpoint.NextTryAt) = (null, 0, time.GetUtcNow());
        (endpoint.Url, endpoint.Kinds, endpoint.Enabled) = (url, [.. request.Kinds.Distinct()], request.Enabled);
        bool changed = await db.UpdateIfChangedAsync(endpoint, cancellation);
        await transaction.CommitAsync(cancellation);
        return changed;
    }
}
