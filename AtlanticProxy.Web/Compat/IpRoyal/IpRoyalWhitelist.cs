using System.Security.Claims;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Features.Endpoints;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.IpRoyal;

/// <summary>An address that needs no password, at the endpoint's port. Notes are not kept here.</summary>
internal sealed record IpRoyalEntry(string Hash, string Ip, int Port, string Type, string Configuration, string? Note);

/// <summary>Whitelist entries: networks of a proxy user that need no password.</summary>
internal sealed class IpRoyalWhitelist(CompatProxyUsers proxyUsers, PortalOptions portal)
{
    private static readonly Error NoSuchEntry = new(ErrorKind.NotFound, "compat.entry_unknown", "There is no such entry.");

    public async Task<IResult> ListAsync(
        string uhash, HttpRequest request, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var found = await proxyUsers.FindAsync(user, IpRoyalHash.Parse(uhash), cancellation);
        if (!found.IsSuccess)
            return ApiProblem.Of(found);
        var page = IpRoyalPage.Of(request);
        var all = AllowedNetwork.Of(found.Value);
        return CompatJson.Answer(page.List<IpRoyalEntry>(request, all.Count,
            [.. all.Skip((page.Number - 1) * page.Size).Take(page.Size).Select(network => BodyOf(network, request))]));
    }

    public async Task<IResult> ShowAsync(
        string uhash, string ehash, HttpRequest request, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var found = await FindAsync(uhash, ehash, user, cancellation);
        return found.IsSuccess ? CompatJson.Answer(BodyOf(found.Value.Entry, request)) : ApiProblem.Of(found);
    }

    public async Task<IResult> CreateAsync(
        string uhash, CompatBody body, HttpRequest request, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var found = await proxyUsers.FindAsync(user, IpRoyalHash.Parse(uhash), cancellation);
        if (!found.IsSuccess)
            return ApiProblem.Of(found);
        string? address = body.Text("ip");
        if (body.Raw("ip") is null)
            body.Refuse("ip", "The ip field is required.");
        if (Read(body, request) is { } refusal)
            return refusal;
        return await WriteAsync(found.Value, without: null, address!, StatusCodes.Status201Created, request, user, cancellation);
    }

    public async Task<IResult> ChangeAsync(
        string uhash, string ehash, CompatBody body, HttpRequest request, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var found = await FindAsync(uhash, ehash, user, cancellation);
        if (!found.IsSuccess)
            return ApiProblem.Of(found);
        string address = body.Text("ip") ?? found.Value.Entry.Text;
        if (Read(body, request) is { } refusal)
            return refusal;
        return await WriteAsync(
            found.Value.User, found.Value.Entry, address, StatusCodes.Status200OK, request, user, cancellation);
    }

    public async Task<IResult> DeleteAsync(string uhash, string ehash, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var found = await FindAsync(uhash, ehash, user, cancellation);
        if (!found.IsSuccess)
            return ApiProblem.Of(found);
        var changed = await proxyUsers.ChangeAsync(user, found.Value.User,
            was => was with { AllowedSources = Without(was, found.Value.Entry) }, secret: null, enabled: null, cancellation);
        return changed.IsSuccess ? Results.NoContent() : ApiProblem.Of(changed);
    }

    /// <summary>What there is no place for here.</summary>
    private ApiProblem? Read(CompatBody body, HttpRequest request)
    {
        int port = EndpointProtocol.Of(portal, request)[0].Port;
        if (body.Integer("port") is { } asked && asked != port)
            body.Refuse("port", $"All addresses use port {port} here.");
        if (body.Text("configuration") is { Length: > 0 })
            body.Refuse("configuration", "Addresses have no targeting of their own here.");
        return body.Refusal;
    }

    private async Task<IResult> WriteAsync(
        ProxyUserSummary present, AllowedNetwork? without, string address, int status, HttpRequest request, ClaimsPrincipal user,
        CancellationToken cancellation)
    {
        var changed = await proxyUsers.ChangeAsync(user, present,
            was => was with { AllowedSources = [.. Without(was, without), address] }, secret: null, enabled: null, cancellation);
        return changed.IsSuccess
            ? CompatJson.Answer(BodyOf(AllowedNetwork.Added(changed.Value, address), request), status)
            : ApiProblem.Of(changed);
    }

    private async Task<Result<(ProxyUserSummary User, AllowedNetwork Entry)>> FindAsync(
        string uhash, string ehash, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var found = await proxyUsers.FindAsync(user, IpRoyalHash.Parse(uhash), cancellation);
        return !found.IsSuccess ? Result.Failure<(ProxyUserSummary, AllowedNetwork)>(found.Errors)
            : AllowedNetwork.Find(found.Value, IpRoyalHash.Parse(ehash)) is { } entry ? (found.Value, entry)
            : NoSuchEntry;
    }

    private static IReadOnlyList<string> Without(ProxyUserLimits limits, AllowedNetwork? entry) =>
        [.. (limits.AllowedSources ?? []).Where(source => source != entry?.Source)];

    private IpRoyalEntry BodyOf(AllowedNetwork network, HttpRequest request) => new(
        IpRoyalHash.Of(network.Id), network.Text, EndpointProtocol.Of(portal, request)[0].Port, "http|https", "", null);
}
