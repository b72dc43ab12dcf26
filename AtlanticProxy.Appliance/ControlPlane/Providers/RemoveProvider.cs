using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>
/// Removes a provider, out of its pools too: its passwords are wiped and its name free, the usage it carried stays.
/// </summary>
public sealed class RemoveProvider(AtlanticDb db, TimeProvider time)
{
    public sealed record Request(long ProviderId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // First: from then on nobody else writes what belongs to it.
        int changed = await db.Providers.Where(p => p.Id == request.ProviderId)
            .Set(p => p.DeletedAt, now)
            .Set(p => p.Enabled, false)
            .Set(p => p.PasswordSealed, (byte[]?)null)
            .UpdateAsync(cancellation);
        if (changed != 1)
            return ProviderQueries.NoSuchProvider;
        await db.ProviderExits.Where(exit => exit.ProviderId == request.ProviderId).DeleteAsync(cancellation);
        await db.PoolMembers.Where(member => member.ProviderId == request.ProviderId).DeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}
