using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>Replaces a provider's settings; a null password keeps the present one.</summary>
public sealed class UpdateProvider(AtlanticDbContext db, SecretBox box)
{
    public sealed record Request(long ProviderId, ProviderSettings Settings);

    /// <summary>The value says whether anything changed.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var validation = new Validation();
        var endpoint = request.Settings.Require(validation);
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);

        var provider = await db.Providers.SingleOrDefaultAsync(p => p.Id == request.ProviderId, cancellation);
        if (provider is null)
            return ProviderQueries.NoSuchProvider;
        Write(request.Settings, endpoint!, provider, box);
        return await db.SaveChangesAsync(cancellation) > 0;
    }

    internal static void Write(ProviderSettings settings, ProviderEndpoint endpoint, Provider provider, SecretBox box)
    {
        (provider.Protocol, provider.Host, provider.Port) = (endpoint.Protocol, endpoint.Host, endpoint.Port);
        (provider.UsernameTemplate, provider.Priority, provider.Weight) = (settings.UsernameTemplate, settings.Priority, settings.Weight);

        // Sealing the same password again gives other bytes: leave them, so that applying the same settings twice changes nothing.
        var place = SecretPlace.ProviderPassword(provider.Id);
        if (settings.Password is { } password && password != (provider.PasswordSealed is { } now ? box.Open(now, place) : ""))
            provider.PasswordSealed = password.Length > 0 ? box.Seal(password, place) : null;
    }
}
