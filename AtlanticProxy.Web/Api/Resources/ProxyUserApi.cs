using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ProxyUserId = AtlanticProxy.Web.Api.PublicId<AtlanticProxy.Web.Api.OfProxyUser>;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>Proxy users: of the token's customer; with a token of the staff, everybody's.</summary>
internal static class ProxyUserApi
{
    private const string Path = "/proxy-users", One = Path + "/{id}";

    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("").WithTags("Proxy users");
        api.MapGet(Path, ListAsync).Needs(TokenScope.ProxyUsersRead).WithName("listProxyUsers")
            .WithSummary("List proxy users").Produces<ListBody<ProxyUserBody>>();
        api.MapPost(Path, CreateAsync).Needs(TokenScope.ProxyUsersWrite).WithName("createProxyUser")
            .WithSummary("Create a proxy user and return its password").Produces<CredentialsBody>(StatusCodes.Status201Created);
        api.MapGet(One, ShowAsync).Needs(TokenScope.ProxyUsersRead).WithName("getProxyUser")
            .WithSummary("Show a proxy user").Produces<ProxyUserBody>().Versioned();
        api.MapPatch(One, ChangeAsync).Needs(TokenScope.ProxyUsersWrite).WithName("changeProxyUser")
            .WithSummary("Change a proxy user's limits").Produces<ProxyUserBody>().Versioned();
        api.MapDelete(One, DeleteAsync).Needs(TokenScope.ProxyUsersWrite).WithName("deleteProxyUser")
            .WithSummary("Delete a proxy user").Produces(StatusCodes.Status204NoContent).Versioned();
        api.MapPost($"{One}/enable", EnableAsync).Needs(TokenScope.ProxyUsersWrite).WithName("enableProxyUser")
            .WithSummary("Enable a proxy user").Produces<ProxyUserBody>().Versioned();
        api.MapPost($"{One}/disable", DisableAsync).Needs(TokenScope.ProxyUsersWrite).WithName("disableProxyUser")
            .WithSummary("Disable a proxy user and close its tunnels").Produces<ProxyUserBody>().Versioned();
        api.MapPost($"{One}/rotate", RotateAsync).Needs(TokenScope.ProxyUsersWrite).WithName("rotateProxyUser")
            .WithSummary("Replace a proxy user's password and return the new one").Produces<CredentialsBody>();
        api.MapPost($"{One}/change-ip", ChangeIpAsync).Needs(TokenScope.ProxyUsersWrite).WithName("changeProxyUserIp")
            .WithSummary("Change the exit of one session or of all sessions").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user, ProxyUserQueries queries, CancellationToken cancellation, int? limit = null, string? cursor = null,
        PublicId<OfCustomer>? customer = null, string? name = null)
    {
        var paging = Paging.Of("proxy_users", limit, cursor, out var refusal);
        if (refusal is not null)
            return refusal;
        var found = await queries.AfterAsync(
            user.Scope, paging.After, paging.Limit, cancellation, customer?.Value, name);
        return Results.Ok(Paging.Body("proxy_users", found, ProxyUserBody.Of, one => one.Id));
    }

    private static async Task<IResult> ShowAsync(
        ProxyUserId id, ClaimsPrincipal user, ProxyUserQueries queries, HttpResponse response, CancellationToken cancellation) =>
        Show(await queries.FindAsync(user.Scope, id.Value, cancellation), response);

    private static async Task<IResult> CreateAsync(
        NewProxyUserBody body, ClaimsPrincipal user, CreateProxyUser create, CancellationToken cancellation)
    {
        if (AskedCustomer.Of(user, body.Customer) is not { } whose)
            return AskedCustomer.Missing;
        var made = await create.ExecuteAsync(
            new(user.Scope, whose, body.Name ?? "", body.ToLimits()), cancellation);
        return made.IsSuccess
            ? Results.Created($"{ApiPaths.V1}{Path}/{new ProxyUserId(made.Value.ProxyUserId)}", CredentialsBody.Of(made.Value))
            : ApiProblem.Of(made);
    }

    /// <summary>Over what is stored: if somebody changes that at the same time, one of both is told.</summary>
    private static async Task<IResult> ChangeAsync(
        ProxyUserId id, ProxyUserChangeBody body, ClaimsPrincipal user, ProxyUserQueries queries, UpdateProxyUserLimits update,
        HttpContext context, CancellationToken cancellation)
    {
        var present = await queries.FindAsync(user.Scope, id.Value, cancellation);
        if (EntityTag.RefusalOf(present, ProxyUserBody.TagOf, context.Request) is { } refusal)
            return refusal;
        var was = new ProxyUserLimits(present.Value.MaxConnections, present.Value.SpeedBytesPerSecond,
            present.Value.AllowedSources, present.Value.LimitBytes);
        var changed = await update.ExecuteAsync(new(user.Scope, id.Value, body.AppliedTo(was), was), cancellation);
        return !changed.IsSuccess
            ? ApiProblem.Of(changed)
            : Show(await queries.FindAsync(user.Scope, id.Value, cancellation), context.Response);
    }

    private static async Task<IResult> DeleteAsync(
        ProxyUserId id, ClaimsPrincipal user, ProxyUserQueries queries, DeleteProxyUser delete, HttpRequest request,
        CancellationToken cancellation) =>
        await RefusalAsync(id, user, queries, request, cancellation)
            ?? Done(await delete.ExecuteAsync(new(user.Scope, id.Value), cancellation));

    private static Task<IResult> EnableAsync(
        ProxyUserId id, ClaimsPrincipal user, ProxyUserQueries queries, SetProxyUserState set, HttpContext context,
        CancellationToken cancellation) => SetAsync(id, enabled: true, user, queries, set, context, cancellation);

    private static Task<IResult> DisableAsync(
        ProxyUserId id, ClaimsPrincipal user, ProxyUserQueries queries, SetProxyUserState set, HttpContext context,
        CancellationToken cancellation) => SetAsync(id, enabled: false, user, queries, set, context, cancellation);

    private static async Task<IResult> SetAsync(
        ProxyUserId id, bool enabled, ClaimsPrincipal user, ProxyUserQueries queries, SetProxyUserState set, HttpContext context,
        CancellationToken cancellation)
    {
        if (await RefusalAsync(id, user, queries, context.Request, cancellation) is { } refusal)
            return refusal;
        var done = await set.ExecuteAsync(new(user.Scope, id.Value, enabled), cancellation);
        return done.IsSuccess
            ? Show(await queries.FindAsync(user.Scope, id.Value, cancellation), context.Response)
            : ApiProblem.Of(done);
    }

    private static async Task<IResult> RotateAsync(
        ProxyUserId id, ClaimsPrincipal user, RotateProxyUserSecret rotate, CancellationToken cancellation)
    {
        var made = await rotate.ExecuteAsync(new(user.Scope, id.Value), cancellation);
        return made.IsSuccess ? Results.Ok(CredentialsBody.Of(made.Value)) : ApiProblem.Of(made);
    }

    private static async Task<IResult> ChangeIpAsync(
        ProxyUserId id, ChangeIpBody? body, ClaimsPrincipal user, ChangeProxyUserExits change, CancellationToken cancellation) =>
        Done(await change.ExecuteAsync(new(user.Scope, id.Value, body?.Session), cancellation));

    private static IResult Show(Result<ProxyUserSummary> found, HttpResponse response) =>
        EntityTag.Show(found, ProxyUserBody.Of, ProxyUserBody.TagOf, response);

    /// <summary>Of a request that names a version: it is not there, or has another one. Null: go on.</summary>
    private static async Task<IResult?> RefusalAsync(
        ProxyUserId id, ClaimsPrincipal user, ProxyUserQueries queries, HttpRequest request, CancellationToken cancellation)
    {
        if (request.Headers.IfMatch.Count == 0)
            return null;
        return EntityTag.RefusalOf(
            await queries.FindAsync(user.Scope, id.Value, cancellation), ProxyUserBody.TagOf, request);
    }

    private static IResult Done(Result result) => result.IsSuccess ? Results.NoContent() : ApiProblem.Of(result);
}
