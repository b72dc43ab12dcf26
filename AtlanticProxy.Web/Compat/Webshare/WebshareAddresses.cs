using System.Buffers.Binary;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.ControlPlane.ProxyUsers;
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
        var all = actor.Value.AllowedSources;
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
        if (actor.Value.AllowedSources.Any(source => TextOf(source) == address))
            return ApiProblem.Invalid("compat.address_there", "This address is authorized already.", "ip_address");
        var changed = await proxyUsers.ChangeAsync(user, actor.Value,
            was => was with { AllowedSources = [.. was.AllowedSources ?? [], address!] }, secret: null, enabled: null,
            cancellation);
        return changed.IsSuccess
            ? CompatJson.Answer(BodyOf(changed.Value.AllowedSources[^1]), StatusCodes.Status201Created)
            : ApiProblem.Of(changed);
    }

    public static async Task<IResult> ShowAsync(
        long id, HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, CancellationToken cancellation)
    {
        var actor = await WebshareActor.FindAsync(request, user, proxyUsers, cancellation);
        return actor.IsSuccess && Find(actor.Value, id) is { } source ? CompatJson.Answer(BodyOf(source)) : NotFound;
    }

    public static async Task<IResult> DeleteAsync(
        long id, HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, CancellationToken cancellation)
    {
        var actor = await WebshareActor.FindAsync(request, user, proxyUsers, cancellation);
        if (!actor.IsSuccess || Find(actor.Value, id) is not { } source)
            return NotFound;
        var changed = await proxyUsers.ChangeAsync(user, actor.Value,
            was => was with { AllowedSources = [.. (was.AllowedSources ?? []).Where(one => one != source)] }, secret: null,
            enabled: null, cancellation);
        return changed.IsSuccess ? Results.NoContent() : ApiProblem.Of(changed);
    }

    public static IResult WhatsMyIp(HttpContext context) =>
        CompatJson.Answer(new { ip_address = RequestOrigin.ClientOf(context)?.ToString() });

    private static ApiProblem NotFound =>
        new(StatusCodes.Status404NotFound, new ApiError("compat.address_unknown", "Not found."));

    private static string? Find(ProxyUserSummary actor, long id) =>
        actor.AllowedSources.FirstOrDefault(source => IdOf(source) == id);

    private static WebshareAddress BodyOf(string source) => new(IdOf(source), TextOf(source), null, null);

    /// <summary>A single address without its prefix length, as it was sent.</summary>
    private static string TextOf(string source) => IPNetwork.Parse(source) is var network
        && network.PrefixLength == network.BaseAddress.GetAddressBytes().Length * 8
            ? network.BaseAddress.ToString()
            : source;

    /// <summary>Networks have no ids here: 48 bits of a hash, which stay the same and fit into a JavaScript number.</summary>
    private static long IdOf(string source) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.ASCII.GetBytes(source))) >>> 16;
}
