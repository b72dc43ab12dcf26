using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Replaces a proxy user's limits as a whole.</summary>
public sealed class UpdateProxyUserLimits(AtlanticDbContext db)
{
    public sealed record Request(Scope Scope, long ProxyUserId, ProxyUserLimits Limits);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var validation = new Validation();
        var sources = request.Limits.Require(validation);
        if (validation.Failed)
            return Result.Failure(validation.Errors);

        var user = await db.ProxyUsers.VisibleTo(request.Scope).SingleOrDefaultAsync(u => u.Id == request.ProxyUserId, cancellation);
        if (user is null)
            return ProxyUserQueries.NoSuchProxyUser;
        (user.MaxConnections, user.SpeedBytesPerSecond, user.AllowedSources, user.LimitBytes) =
            (request.Limits.MaxConnections, request.Limits.SpeedBytesPerSecond, sources, request.Limits.LimitBytes);
        await db.SaveChangesAsync(cancellation);
        return Result.Success;
    }
}
