using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ProviderId = AtlanticProxy.Web.Api.PublicId<AtlanticProxy.Web.Api.OfProvider>;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>Whom exits are bought from. Never its password.</summary>
/// <param name="Endpoint">Such as `http://gw.example:8000`, or `direct://`; empty for a list of proxies.</param>
/// <param name="Priority">Lower is tried first.</param>
/// <param name="Weight">Its share among providers of one priority.</param>
/// <param name="Countries">ISO 3166-1 alpha-2, lower case; empty for any.</param>
/// <param name="Exits">Proxies of a list.</param>
/// <param name="CostPerGb">In minor units of the site's currency, for 10^9 bytes.</param>
/// <param name="DailyCapBytes">Null for any number.</param>
/// <param name="MonthlyCapBytes">Null for any number.</param>
/// <param name="MaxConnections">At a time, on one node; null for any number.</param>
/// <param name="CapReachedUntil">When it takes traffic again; null when no cap is spent.</param>
internal sealed record ProviderBody(
    ProviderId Id, string Name, string Preset, UpstreamProtocol Protocol, string Endpoint, int Priority, int Weight,
    IReadOnlyList<string> Countries, int Exits, long CostPerGb, long? DailyCapBytes, long? MonthlyCapBytes, int? MaxConnections,
    DateTimeOffset? CapReachedUntil, bool Enabled, DateTimeOffset CreatedAt) : IExample<ProviderBody>
{
    public static ProviderBody Example => new(new(2), "main", "custom", UpstreamProtocol.Http, "http://gw.example:8000", 0, 1, [],
        0, 250, null, 5_000_000_000_000, null, null, true, ExampleTime.Noon);

    public static ProviderBody Of(ProviderSummary one) => new(new(one.Id), one.Name, one.Preset, one.Protocol, one.Endpoint,
        one.Priority, one.Weight, one.Countries, one.ExitCount, one.CostPerGb, one.DailyCapBytes, one.MonthlyCapBytes,
        one.MaxConnections, one.CapReachedUntil, one.Enabled, one.CreatedAt);
}

/// <param name="Tier">Lower is tried first.</param>
/// <param name="Weight">Its share within its tier.</param>
internal sealed record PoolMemberBody(string Provider, int Tier, int Weight);

/// <summary>Providers that plans send their customers through.</summary>
/// <param name="Plans">Names of the plans that have it.</param>
internal sealed record PoolBody(
    PublicId<OfPool> Id, string Name, PoolPolicy Policy, IReadOnlyList<PoolMemberBody> Members, IReadOnlyList<string> Plans)
    : IExample<PoolBody>
{
    public static PoolBody Example => new(new(1), "residential", PoolPolicy.Priority, [new PoolMemberBody("main", 0, 1)],
        ["Residential 50 GB"]);

    public static PoolBody Of(PoolSummary pool) => new(new(pool.Id), pool.Name, pool.Policy,
        [.. pool.Members.Select(member => new PoolMemberBody(member.Provider, member.Tier, member.Weight))], pool.Plans);
}

/// <summary>Providers and pools, for the staff.</summary>
internal static class NetworkApi
{
    private const string Providers = "/providers", Provider = Providers + "/{id}", Pools = "/pools", Pool = Pools + "/{id}";

    public static void Map(IEndpointRouteBuilder v1)
    {
        var providers = v1.MapGroup("").WithTags("Providers");
        providers.MapGet(Providers, ListProvidersAsync).Needs(TokenScope.NetworkRead).WithName("listProviders")
            .WithSummary("List providers by priority").Produces<ListBody<ProviderBody>>();
        providers.MapGet(Provider, ShowProviderAsync).Needs(TokenScope.NetworkRead).WithName("getProvider")
            .WithSummary("Show a provider").Produces<ProviderBody>();
        providers.MapPost($"{Provider}/enable", EnableAsync).Needs(TokenScope.NetworkWrite).WithName("enableProvider")
            .WithSummary("Enable a provider").Produces<ProviderBody>();
        providers.MapPost($"{Provider}/disable", DisableAsync).Needs(TokenScope.NetworkWrite).WithName("disableProvider")
            .WithSummary("Disable a provider: it gets no new connections, and open tunnels stay").Produces<ProviderBody>();
        var pools = v1.MapGroup("").WithTags("Pools");
        pools.MapGet(Pools, ListPoolsAsync).Needs(TokenScope.NetworkRead).WithName("listPools")
            .WithSummary("List pools").Produces<ListBody<PoolBody>>();
        pools.MapGet(Pool, ShowPoolAsync).Needs(TokenScope.NetworkRead).WithName("getPool")
            .WithSummary("Show a pool").Produces<PoolBody>();
    }

    private static async Task<IResult> ListProvidersAsync(ProviderQueries queries, CancellationToken cancellation) =>
        Results.Ok(ListBody<ProviderBody>.Whole((await queries.ListAsync(cancellation)).Select(ProviderBody.Of)));

    private static async Task<IResult> ShowProviderAsync(
        ProviderId id, ProviderQueries queries, CancellationToken cancellation) =>
        Show(await queries.FindAsync(id.Value, cancellation), ProviderBody.Of);

    private static Task<IResult> EnableAsync(
        ProviderId id, ProviderQueries queries, SetProviderState set, CancellationToken cancellation) =>
        SetAsync(id, enabled: true, queries, set, cancellation);

    private static Task<IResult> DisableAsync(
        ProviderId id, ProviderQueries queries, SetProviderState set, CancellationToken cancellation) =>
        SetAsync(id, enabled: false, queries, set, cancellation);

    private static async Task<IResult> SetAsync(
        ProviderId id, bool enabled, ProviderQueries queries, SetProviderState set, CancellationToken cancellation)
    {
        var done = await set.ExecuteAsync(new(id.Value, enabled), cancellation);
        return done.IsSuccess
            ? Show(await queries.FindAsync(id.Value, cancellation), ProviderBody.Of)
            : ApiProblem.Of(done);
    }

    private static async Task<IResult> ListPoolsAsync(PoolQueries queries, CancellationToken cancellation) =>
        Results.Ok(ListBody<PoolBody>.Whole((await queries.ListAsync(cancellation)).Select(PoolBody.Of)));

    private static async Task<IResult> ShowPoolAsync(
        PublicId<OfPool> id, PoolQueries queries, CancellationToken cancellation) =>
        Show(await queries.FindAsync(id.Value, cancellation), PoolBody.Of);

    private static IResult Show<T, TBody>(Result<T> found, Func<T, TBody> body) =>
        found.IsSuccess ? Results.Ok(body(found.Value)) : ApiProblem.Of(found);
}
