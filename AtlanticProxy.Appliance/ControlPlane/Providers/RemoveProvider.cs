using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>Removes a provider, out of its pools too: its passwords are wiped and its name free, the usage it carried stays.</summary>
public sealed class RemoveProvider(AtlanticDbContext db, TimeProvider time)
{
    public sealed record Request(long ProviderId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var whole = await db.Database.BeginTransactionAsync(cancellation);
        // First: from then on nobody else writes what belongs to it.
        int changed = await db.Providers.Where(p => p.Id == request.ProviderId).ExecuteUpdateAsync(
            set => set
                .SetProperty(p => p.DeletedAt, now)
                .SetProperty(p => p.Enabled, false)
                .SetProperty(p => p.PasswordSealed, (byte[]?)null),
            cancellation);
        if (changed != 1)
            return ProviderQueries.NoSuchProvider;
        await db.ProviderExits.Where(exit => exit.ProviderId == request.ProviderId).ExecuteDeleteAsync(cancellation);
        await db.Set<PoolMember>().Where(member => member.ProviderId == request.ProviderId).ExecuteDeleteAsync(cancellation);
        await whole.CommitAsync(cancellation);
        return Result.Success;
    }
}
