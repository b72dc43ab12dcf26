using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>Removes a provider: its password is wiped and its name free, the usage it carried stays.</summary>
public sealed class RemoveProvider(AtlanticDbContext db, TimeProvider time)
{
    public sealed record Request(long ProviderId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        int changed = await db.Providers.Where(p => p.Id == request.ProviderId).ExecuteUpdateAsync(
            set => set
                .SetProperty(p => p.DeletedAt, now)
                .SetProperty(p => p.Enabled, false)
                .SetProperty(p => p.PasswordSealed, (byte[]?)null),
            cancellation);
        return changed == 1 ? Result.Success : ProviderQueries.NoSuchProvider;
    }
}
