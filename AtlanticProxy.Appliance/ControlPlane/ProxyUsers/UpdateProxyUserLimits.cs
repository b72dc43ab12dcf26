using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Replaces a proxy user's limits as a whole.</summary>
public sealed class UpdateProxyUserLimits(AtlanticDbContext db)
{
    public sealed record Request(Scope Scope, long ProxyUserId, ProxyUserLimits Limits);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var validation = new Validation();
        var sources = request.Limits.Require(validation);
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);

        await using var whole = await db.Database.BeginTransactionAsync(cancellation);
        var user = await db.ProxyUsers.Held(request.ProxyUserId).VisibleTo(request.Scope).SingleOrDefaultAsync(cancellation);
        if (user is null)
            return ProxyUserQueries.NoSuchProxyUser;
        (user.MaxConnections, user.SpeedBytesPerSecond, user.LimitBytes) = (request.Limits.MaxConnections, request.Limits.SpeedBytesPerSecond, request.Limits.LimitBytes);
        if (!user.AllowedSources.SequenceEqual(sources))
            user.AllowedSources = sources;
        bool changed = await db.SaveChangesAsync(cancellation) > 0;
        await whole.CommitAsync(cancellation);
        return changed;
    }
}
