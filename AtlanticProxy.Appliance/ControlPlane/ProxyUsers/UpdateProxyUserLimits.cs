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
    /// <summary>The code of a change that another one came before.</summary>
    public const string ChangedMeanwhile = "proxy_user.changed";

    /// <param name="Was">What the caller has seen; null: whatever is stored is replaced.</param>
    public sealed record Request(Scope Scope, long ProxyUserId, ProxyUserLimits Limits, ProxyUserLimits? Was = null);

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
        if (request.Was is { } was && !IsStill(user, was))
            return new Error(ErrorKind.Conflict, ChangedMeanwhile,
                "Nothing was changed: somebody else changed this proxy user in the meantime.");
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

    private static bool IsStill(ProxyUser user, ProxyUserLimits was) =>
        (user.MaxConnections, user.SpeedBytesPerSecond, user.LimitBytes)
            == (was.MaxConnections, was.SpeedBytesPerSecond, was.LimitBytes)
        && user.AllowedSources.Select(network => network.ToString()).SequenceEqual(was.AllowedSources ?? []);
}
