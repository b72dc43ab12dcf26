using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Webhooks;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WebhookId = AtlanticProxy.Web.Api.PublicId<AtlanticProxy.Web.Api.OfWebhook>;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>Webhooks: of the token's customer; with a token of the staff, the reseller's own.</summary>
internal static class WebhookApi
{
    private const string Path = "/webhooks", One = Path + "/{id}", Deliveries = One + "/deliveries";

    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("").WithTags("Webhooks");
        api.MapGet(Path, ListAsync).Needs(TokenScope.WebhooksRead).WithName("listWebhooks")
            .WithSummary("List webhooks").Produces<ListBody<WebhookBody>>();
        api.MapPost(Path, CreateAsync).Needs(TokenScope.WebhooksWrite).WithName("createWebhook")
            .WithSummary("Create a webhook and return its signing secret")
            .Produces<WebhookSecretBody>(StatusCodes.Status201Created);
        api.MapGet(One, ShowAsync).Needs(TokenScope.WebhooksRead).WithName("getWebhook")
            .WithSummary("Show a webhook").Produces<WebhookBody>().Versioned();
        api.MapPatch(One, ChangeAsync).Needs(TokenScope.WebhooksWrite).WithName("changeWebhook")
            .WithSummary("Change, enable or disable a webhook").Produces<WebhookBody>().Versioned();
        api.MapDelete(One, DeleteAsync).Needs(TokenScope.WebhooksWrite).WithName("deleteWebhook")
            .WithSummary("Delete a webhook and its pending deliveries").Produces(StatusCodes.Status204NoContent);
        api.MapPost($"{One}/rotate-secret", RotateAsync).Needs(TokenScope.WebhooksWrite).WithName("rotateWebhookSecret")
            .WithSummary("Replace a webhook's signing secret and return the new one").Produces<WebhookSecretBody>();
        api.MapPost($"{One}/test", TestAsync).Needs(TokenScope.WebhooksWrite).WithName("testWebhook")
            .WithSummary("Send a test event within a minute").Produces(StatusCodes.Status202Accepted);
        api.MapGet(Deliveries, ListDeliveriesAsync).Needs(TokenScope.WebhooksRead).WithName("listWebhookDeliveries")
            .WithSummary("List a webhook's deliveries, newest first").Produces<ListBody<DeliveryBody>>();
        api.MapPost($"{Deliveries}/{{delivery}}/redeliver", RedeliverAsync).Needs(TokenScope.WebhooksWrite)
            .WithName("redeliverWebhook").WithSummary("Redeliver an event within a minute")
            .Produces(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal user, WebhookQueries queries, CancellationToken cancellation) =>
        Results.Ok(ListBody<WebhookBody>.Whole(
            (await queries.ListAsync(user.Scope, OwnerOf(user), cancellation)).Select(WebhookBody.Of)));

    private static async Task<IResult> CreateAsync(
        NewWebhookBody body, ClaimsPrincipal user, AddWebhook add, CancellationToken cancellation)
    {
        var made = await add.ExecuteAsync(new(user.Scope, OwnerOf(user), body.Url ?? "", body.Kinds ?? []), cancellation);
        return made.IsSuccess
            ? Results.Created($"{ApiPaths.V1}{Path}/{new WebhookId(made.Value.WebhookId)}", WebhookSecretBody.Of(made.Value))
            : ApiProblem.Of(made);
    }

    private static async Task<IResult> ShowAsync(
        WebhookId id, ClaimsPrincipal user, WebhookQueries queries, HttpResponse response, CancellationToken cancellation) =>
        Show(await queries.FindAsync(user.Scope, OwnerOf(user), id.Value, cancellation), response);

    private static async Task<IResult> ChangeAsync(
        WebhookId id, WebhookChangeBody body, ClaimsPrincipal user, WebhookQueries queries, UpdateWebhook update,
        HttpContext context, CancellationToken cancellation)
    {
        var present = await queries.FindAsync(user.Scope, OwnerOf(user), id.Value, cancellation);
        if (EntityTag.RefusalOf(present, WebhookBody.TagOf, context.Request) is { } refusal)
            return refusal;
        var was = present.Value;
        var changed = await update.ExecuteAsync(
            new(user.Scope, id.Value, body.Url ?? was.Url, body.Kinds ?? was.Kinds, body.Enabled ?? was.Enabled), cancellation);
        return changed.IsSuccess
            ? Show(await queries.FindAsync(user.Scope, OwnerOf(user), id.Value, cancellation), context.Response)
            : ApiProblem.Of(changed);
    }

    private static async Task<IResult> DeleteAsync(
        WebhookId id, ClaimsPrincipal user, WebhookQueries queries, RemoveWebhook remove, CancellationToken cancellation) =>
        await RefusalAsync(id, user, queries, cancellation)
            ?? Done(await remove.ExecuteAsync(new(user.Scope, id.Value), cancellation), StatusCodes.Status204NoContent);

    private static async Task<IResult> RotateAsync(
        WebhookId id, ClaimsPrincipal user, WebhookQueries queries, RotateWebhookSecret rotate, CancellationToken cancellation)
    {
        if (await RefusalAsync(id, user, queries, cancellation) is { } refusal)
            return refusal;
        var made = await rotate.ExecuteAsync(new(user.Scope, id.Value), cancellation);
        return made.IsSuccess ? Results.Ok(WebhookSecretBody.Of(made.Value)) : ApiProblem.Of(made);
    }

    private static async Task<IResult> TestAsync(
        WebhookId id, ClaimsPrincipal user, WebhookQueries queries, SendTestWebhook send, CancellationToken cancellation) =>
        await RefusalAsync(id, user, queries, cancellation)
            ?? Done(await send.ExecuteAsync(new(user.Scope, id.Value), cancellation), StatusCodes.Status202Accepted);

    private static async Task<IResult> ListDeliveriesAsync(
        WebhookId id, ClaimsPrincipal user, WebhookQueries queries, CancellationToken cancellation, int? limit = null,
        string? cursor = null)
    {
        var paging = Paging.Of("deliveries", limit, cursor, out var wrong);
        if (wrong is not null)
            return wrong;
        return await RefusalAsync(id, user, queries, cancellation) ?? Results.Ok(Paging.Body("deliveries",
            await queries.LatestAsync(id.Value, paging.After, paging.Limit, cancellation), DeliveryBody.Of, one => one.Id));
    }

    private static async Task<IResult> RedeliverAsync(
        WebhookId id, PublicId<OfDelivery> delivery, ClaimsPrincipal user, WebhookQueries queries, RedeliverWebhook redeliver,
        CancellationToken cancellation) =>
        await RefusalAsync(id, user, queries, cancellation)
            ?? Done(await redeliver.ExecuteAsync(new(user.Scope, delivery.Value), cancellation), StatusCodes.Status202Accepted);

    /// <summary>Null: whoever sells, who is told of everybody's.</summary>
    private static long? OwnerOf(ClaimsPrincipal user) => user.IsStaff ? null : user.CustomerId;

    /// <summary>It is not there, or another's. Null: go on.</summary>
    private static async Task<IResult?> RefusalAsync(
        WebhookId id, ClaimsPrincipal user, WebhookQueries queries, CancellationToken cancellation) =>
        await queries.FindAsync(user.Scope, OwnerOf(user), id.Value, cancellation) is { IsSuccess: false } missing
            ? ApiProblem.Of(missing)
            : null;

    private static IResult Show(Result<WebhookSummary> found, HttpResponse response) =>
        EntityTag.Show(found, WebhookBody.Of, WebhookBody.TagOf, response);

    private static IResult Done(Result result, int status) =>
        result.IsSuccess ? Results.StatusCode(status) : ApiProblem.Of(result);
}
