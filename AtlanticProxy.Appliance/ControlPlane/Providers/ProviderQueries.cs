using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>Reads providers.</summary>
public sealed class ProviderQueries(AtlanticDb db)
{
    internal static readonly Error NoSuchProvider = new(ErrorKind.NotFound, "provider.not_found", "There is no such provider.");

    /// <summary>All providers in the order in which they are tried. A reseller has a dozen, so there are no pages.</summary>
    public async Task<IReadOnlyList<ProviderSummary>> ListAsync(CancellationToken cancellation)
    {
        var providers = await db.Providers.OrderBy(p => p.Priority).ThenBy(p => p.Name).ToListAsync(cancellation);
        var exits = await db.ProviderExits.GroupBy(exit => exit.ProviderId).Select(of => new { of.Key, Count = of.Count() })
            .ToDictionaryAsync(of => of.Key, of => of.Count, cancellation);
        return [.. providers.Select(provider => Summary(provider, exits.GetValueOrDefault(provider.Id)))];
    }

    public async Task<Result<ProviderSummary>> FindAsync(long id, CancellationToken cancellation) =>
        await OneAsync(db.Providers.Where(p => p.Id == id), cancellation);

    public async Task<Result<ProviderSummary>> FindByNameAsync(string name, CancellationToken cancellation) =>
        await OneAsync(db.Providers.Where(p => p.Name == name), cancellation);

    private async Task<Result<ProviderSummary>> OneAsync(IQueryable<Provider> providers, CancellationToken cancellation) =>
        await providers.SingleOrDefaultAsync(cancellation) is { } provider
            ? Summary(provider, await db.ProviderExits.CountAsync(exit => exit.ProviderId == provider.Id, cancellation))
            : NoSuchProvider;

    internal static ProviderSummary Summary(Provider provider, int exitCount) => new()
    {
        Id = provider.Id,
        Name = provider.Name,
        Preset = provider.Preset,
        Protocol = provider.Protocol,
        Endpoint = provider.Preset == ProviderPreset.List
            ? ""
            : new ProviderEndpoint(provider.Protocol, provider.Host, provider.Port).ToString(),
        Username = provider.Username,
        UsernameTemplate = ProviderPreset.UsernameTemplateOf(provider.Preset, provider.Username, provider.UsernameTemplate),
        PasswordTemplate = ProviderPreset.PasswordTemplateOf(provider.Preset, provider.PasswordTemplate),
        HasPassword = provider.PasswordSealed is not null,
        Priority = provider.Priority,
        Weight = provider.Weight,
        Countries = provider.Countries,
        LocalNetworks = [.. provider.LocalNetworks.Select(network => network.ToString())],
        ExitCount = exitCount,
        CostPerGb = provider.CostPerGb,
        DailyCapBytes = provider.DailyCapBytes,
        MonthlyCapBytes = provider.MonthlyCapBytes,
        MaxConnections = provider.MaxConnections,
        CapReachedUntil = provider.CapReachedUntil,
        Enabled = provider.Enabled,
        CreatedAt = provider.CreatedAt,
    };
}
