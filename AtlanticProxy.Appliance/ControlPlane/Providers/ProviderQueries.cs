using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>Reads providers.</summary>
public sealed class ProviderQueries(AtlanticDbContext db)
{
    internal static readonly Error NoSuchProvider = new(ErrorKind.NotFound, "provider.not_found", "There is no such provider.");

    /// <summary>All providers in the order in which they are tried. A reseller has a dozen, so there are no pages.</summary>
    public async Task<IReadOnlyList<ProviderSummary>> ListAsync(CancellationToken cancellation)
    {
        var providers = await db.Providers.AsNoTracking().OrderBy(p => p.Priority).ThenBy(p => p.Name).ToListAsync(cancellation);
        return [.. providers.Select(Summary)];
    }

    public async Task<Result<ProviderSummary>> FindAsync(long id, CancellationToken cancellation) =>
        await db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellation) is { } provider ? Summary(provider) : NoSuchProvider;

    public async Task<Result<ProviderSummary>> FindByNameAsync(string name, CancellationToken cancellation) =>
        await db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.Name == name, cancellation) is { } provider ? Summary(provider) : NoSuchProvider;

    internal static ProviderSummary Summary(Provider provider) => new(
        provider.Id, provider.Name, new ProviderEndpoint(provider.Protocol, provider.Host, provider.Port).ToString(), provider.UsernameTemplate,
        provider.PasswordSealed is not null, provider.Priority, provider.Weight, provider.Enabled, provider.CreatedAt);
}
