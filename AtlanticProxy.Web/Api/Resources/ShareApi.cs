using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ProxyUserId = AtlanticProxy.Web.Api.PublicId<AtlanticProxy.Web.Api.OfProxyUser>;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>Traffic of a customer that is reserved for one of its proxy users, which then uses nothing else.</summary>
internal sealed record ShareBody(ProxyUserId ProxyUser, long UsedBytes, long LeftBytes) : IExample<ShareBody>
{
    public static ShareBody Example => new(new(12), 1_200_000_000, 3_800_000_000);
}

/// <param name="Bytes">More than zero: to give. Less: to take back, of what is unused.</param>
internal sealed record ShareChangeBody([property: Required] long? Bytes) : IRequestBody, IExample<ShareChangeBody>
{
    public static ShareChangeBody Example => new(5_000_000_000);
}

/// <summary>GB of a customer that one proxy user has alone: given, taken back, shown.</summary>
internal static class ShareApi
{
    private const string Share = "/proxy-users/{id}/share";

    private static readonly Error None = new(ErrorKind.NotFound, "share.none",
        "This proxy user has no share. It uses its customer's traffic.");

    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("").WithTags("Proxy users");
        api.MapGet(Share, ShowAsync).Needs(TokenScope.ProxyUsersRead).WithName("getProxyUserShare")
            .WithSummary("Show the traffic that is reserved for a proxy user").Produces<ShareBody>();
        api.MapPost(Share, ChangeAsync).Needs(TokenScope.ProxyUsersWrite).WithName("changeProxyUserShare")
            .WithSummary("Reserve traffic for a proxy user, or take some of it back").Produces<ShareBody>();
        api.MapDelete(Share, EndAsync).Needs(TokenScope.ProxyUsersWrite).WithName("endProxyUserShare")
            .WithSummary("Take back what is unused; the proxy user then uses its customer's traffic")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ShowAsync(
        ProxyUserId id, ClaimsPrincipal user, ProxyUserQueries proxyUsers, QuotaQueries quotas, CancellationToken cancellation)
    {
        var found = await proxyUsers.FindAsync(user.Scope, id.Value, cancellation);
        if (!found.IsSuccess)
            return ApiProblem.Of(found);
        // With a limit a period, what is counted is that: it has one or the other.
        var own = found.Value.LimitBytes is not null ? null
            : (await quotas.ListAsync(user.Scope, found.Value.CustomerId, cancellation))
                .FirstOrDefault(quota => quota.ProxyUserId == id.Value);
        return own is null ? ApiProblem.Of(Result.Failure([None])) : Results.Ok(new ShareBody(id, own.Used, own.Left));
    }

    private static async Task<IResult> ChangeAsync(
        ProxyUserId id, ShareChangeBody body, ClaimsPrincipal user, ResizeShare resize, ProxyUserQueries proxyUsers,
        QuotaQueries quotas, CancellationToken cancellation)
    {
        if (await proxyUsers.FindAsync(user.Scope, id.Value, cancellation) is { IsSuccess: false } missing)
            return ApiProblem.Of(missing);
        if (body.Bytes is not { } bytes || bytes == 0)
            return ApiProblem.Invalid("share.bytes_missing",
                "bytes is required and must not be 0. A negative number takes traffic back.", "bytes");
        var done = await resize.ExecuteAsync(new(user.Scope, id.Value, bytes), cancellation);
        return done.IsSuccess ? await ShowAsync(id, user, proxyUsers, quotas, cancellation) : ApiProblem.Of(done);
    }

    private static async Task<IResult> EndAsync(
        ProxyUserId id, ClaimsPrincipal user, ShareTraffic share, CancellationToken cancellation)
    {
        var done = await share.ExecuteAsync(new(user.Scope, id.Value, 0), cancellation);
        return done.IsSuccess ? Results.NoContent() : ApiProblem.Of(done);
    }
}
