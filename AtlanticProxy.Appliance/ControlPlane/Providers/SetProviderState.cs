using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>Enables or disables a provider. New connections follow within a second; open tunnels through it go on.</summary>
public sealed class SetProviderState(AtlanticDb db)
{
    public sealed record Request(long ProviderId, bool Enabled);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        int changed = await db.Providers.Where(p => p.Id == request.ProviderId)
            .Set(p => p.Enabled, request.Enabled).UpdateAsync(cancellation);
        return changed == 1 ? Result.Success : ProviderQueries.NoSuchProvider;
    }
}
