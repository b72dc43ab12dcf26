using System.Security.Claims;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>An address that needs no password. When it was added and last used is not kept here.</summary>
internal sealed record WebshareAddress(long Id, string IpAddress, string? CreatedAt, string? LastUsedAt);

/// <summary>IP authorizations: the networks of the acting proxy user that need no password.</summary>
internal static class WebshareAddresses
{
    public static async Task<IResult> ListAsync(
        HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, CancellationToken cancellation)
    {
        if (WebsharePage.Of(request) is not { } page)
            return WebsharePage.Invalid;
        var actor = await WebshareActor.FindAsync(request, user, proxyUsers, cancellation);
        if (!actor.IsSuccess)
            return ApiProblem.Of(actor);
        var all = AllowedNetwork.Of(actor.Value);
        return page.IsBehind(all.Count)
            ? WebsharePage.Invalid
            : CompatJson.Answer(page.List(request, all.Count,
                all.Skip((page.Number - 1) * page.Size).Take(page.Size).Select(BodyOf)));
    }

    public static async Task<IResult> CreateAsync(
        CompatBody body, HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, CancellationToken cancellation)
    {
        string? address = body.Text("ip_address");
        if (address is null && body.Refusal is null)
            body.Refuse("ip_address", "This field is required.");
        if (body.Refusal is { } refusal)
            return refusal;
        var actor = await WebshareActor.FindAsync(request, user, proxyUsers, cancellation);
        if (!actor.IsSuccess)
            return ApiProblem.Of(actor);
        if (AllowedNetwork.Of(actor.Value).Any(network => network.Text == address || network.Source == address))
            return ApiProblem.Invalid("compat.address_there", "This address is authorized already.", "ip_address");
        var changed = await proxyUsers.ChangeAsync(user, actor.Value,
            was => was with { AllowedSources = [.. was.AllowedSources ?? [], address!] }, secret: null, enabled: null,
            cancellation);
        return changed.IsSuccess
            ? CompatJson.Answer(BodyOf(AllowedNetwork.Added(changed.Value, address!)), StatusCodes.Status201Created)
            : ApiProblem.Of(changed);
    }

    public static async Task<IResult> ShowAsync(
        long id, HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, CancellationToken cancellation)
    {
        var actor = await WebshareActor.FindAsync(request, user, proxyUsers, cancellation);
        return actor.IsSuccess && AllowedNetwork.Find(actor.Value, id) is { } network
            ? CompatJson.Answer(BodyOf(network))
            : NotFound;
    }

    public static async Task<IResult> DeleteAsync(
        long id, HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, CancellationToken cancellation)
    {
        var actor = await WebshareActor.FindAsync(request, user, proxyUsers, cancellation);
        if (!actor.IsSuccess || AllowedNetwork.Find(actor.Value, id) is not { } network)
            return NotFound;
        var changed = await proxyUsers.ChangeAsync(user, actor.Value, was => was with
        {
            AllowedSources = [.. (was.AllowedSources ?? []).Where(one => one != network.Source)],
        }, secret: null, enabled: null, cancellation);
        return changed.IsSuccess ? Results.NoContent() : ApiProblem.Of(changed);
    }

    public static IResult WhatsMyIp(HttpContext context) =>
        CompatJson.Answer(new { ip_address = RequestOrigin.ClientOf(context)?.ToString() });

    private static ApiProblem NotFound =>
        new(StatusCodes.Status404NotFound, new ApiError("compat.address_unknown", "Not found."));

    private static WebshareAddress BodyOf(AllowedNetwork network) => new(network.Id, network.Text, null, null);
}
