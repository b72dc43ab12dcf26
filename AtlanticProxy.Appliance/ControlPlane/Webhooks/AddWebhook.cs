using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Webhooks;

/// <summary>A new endpoint, or a new secret. It is shown this once.</summary>
public sealed record WebhookSecret(long WebhookId, string Secret)
{
    /// <summary>Without the secret, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{nameof(WebhookSecret)} {{ {WebhookId} }}";
}

/// <summary>Tells an address what happens from now on.</summary>
public sealed class AddWebhook(AtlanticDb db, SecretBox box, WebhookOptions options, TimeProvider time)
{
    /// <summary>So that people, and scanners of code, know one when they see it.</summary>
    internal const string SecretPrefix = "whsec_";

    /// <param name="CustomerId">Whose it is; null: the reseller's, who is told of everybody's. For staff only.</param>
    /// <param name="Kinds">Of events; empty: all.</param>
    public sealed record Request(Scope Scope, long? CustomerId, string Url, IReadOnlyList<string> Kinds);

    public async Task<Result<WebhookSecret>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string url = request.Url.Trim();
        if (WebhookRules.Check(url, request.Kinds, options) is { } wrong)
            return wrong;
        if (request.CustomerId is null && request.Scope.CustomerId is not null)
            return CustomerQueries.NoSuchCustomer;

        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Locked: whoever adds another one at the same time counts this one.
        if (request.CustomerId is { } customer && await db.Customers.VisibleTo(request.Scope).Where(row => row.Id == customer)
            .LockedForUpdate().SingleOrDefaultAsync(cancellation) is null)
            return CustomerQueries.NoSuchCustomer;
        if (await db.WebhookEndpoints.CountAsync(row => request.CustomerId == null
                ? row.CustomerId == null
                : row.CustomerId == request.CustomerId, cancellation) >= WebhookRules.MaxEndpoints)
            return new Error(ErrorKind.Conflict, "webhook.too_many",
                $"There are {WebhookRules.MaxEndpoints} webhooks already: remove one first.");
        var now = time.GetUtcNow();
        long id = await db.NextIdAsync("webhook_endpoints", cancellation);
        string secret = SecretPrefix + SecretGenerator.Next();
        await db.InsertAsync(new WebhookEndpoint
        {
            Id = id, CustomerId = request.CustomerId, Url = url, SecretSealed = box.Seal(secret, SecretPlace.WebhookSecret(id)),
            Kinds = [.. request.Kinds.Distinct()], Enabled = true, NextTryAt = now, ClaimedUntil = now, CreatedAt = now,
        }, token: cancellation);
        await transaction.CommitAsync(cancellation);
        return new WebhookSecret(id, secret);
    }
}
