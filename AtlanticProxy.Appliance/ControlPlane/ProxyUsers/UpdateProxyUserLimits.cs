using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Replaces a proxy user's limits as a whole.</summary>
public sealed class UpdateProxyUserLimits(AtlanticDb db)
{
    public sealed record Request(Scope Scope, long ProxyUserId, ProxyUserLimits Limits);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var validation = new Validation();
        var sources = request.Limits.Require(validation);
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);

        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var user = await db.ProxyUsers.VisibleTo(request.Scope).Where(row => row.Id == request.ProxyUserId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (user is null)
            return ProxyUserQueries.NoSuchProxyUser;
        if (request.Limits.LimitBytes is not null && await db.ScalarAsync<bool>(
            $"select exists (select from quota_accounts where proxy_user_id = {user.Id} and source = 'grants')", cancellation))
            return ShareTraffic.HasAShare;
        if (await db.TakeAllowedSourcesAsync(sources, user.Id, cancellation) is { } taken)
            return taken;
        (user.MaxConnections, user.SpeedBytesPerSecond, user.LimitBytes) = (request.Limits.MaxConnections,
            request.Limits.SpeedBytesPerSecond, request.Limits.LimitBytes);
        user.AllowedSources = sources;
        bool changed = await db.UpdateIfChangedAsync(user, cancellation);
        await transaction.CommitAsync(cancellation);
        return changed;
    }
}
