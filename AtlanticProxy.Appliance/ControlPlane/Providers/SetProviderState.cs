using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>Enables or disables a provider. New connections follow within a second; open tunnels through it go on.</summary>
public sealed class SetProviderState(AtlanticDb db)
{
    public sealed record Request(long ProviderId, bool Enabled);

    /// <summary>The value is whether that changed anything.</summary>
    public Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation) =>
        db.Providers.Where(p => p.Id == request.ProviderId)
            .SetStateAsync(p => p.Enabled, request.Enabled, ProviderQueries.NoSuchProvider, cancellation);
}
