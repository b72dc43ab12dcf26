using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SubscriptionId = AtlanticProxy.Web.Api.PublicId<AtlanticProxy.Web.Api.OfSubscription>;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>A plan that a customer has bought, period by period. Amounts are minor units of its currency.</summary>
/// <param name="Price">A period, as bought.</param>
/// <param name="IncludedBytes">A period; null is without bound.</param>
/// <param name="ExtraSeats">Proxy users beyond those of the plan.</param>
/// <param name="CancelAtEnd">It is not renewed.</param>
/// <param name="NextPlan">Name of the plan that it changes to at the period's end; null: nothing changes.</param>
/// <param name="Owed">What is unpaid of the running period.</param>
/// <param name="NextTryAt">When the unpaid period is charged again; null: not by itself.</param>
internal sealed record SubscriptionBody(
    SubscriptionId Id, PublicId<OfCustomer> Customer, SubscriptionState State, PublicId<OfPlan> Plan, string PlanName, long Price,
    string Currency, PeriodUnit PeriodUnit, int PeriodLength, long? IncludedBytes, int ExtraSeats, DateTimeOffset PeriodStart,
    DateTimeOffset PeriodEnd, bool CancelAtEnd, string? NextPlan, long Owed, DateTimeOffset? NextTryAt, DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt, EndReason? EndReason) : IExample<SubscriptionBody>
{
    public static SubscriptionBody Example => new(
        new(4), new(7), SubscriptionState.Active, new(3), "Residential 50 GB", 2900, "USD", PeriodUnit.Month, 1, 50_000_000_000,
        0, ExampleTime.Noon, ExampleTime.Noon.AddMonths(1), false, null, 0, null, ExampleTime.Noon, null, null);

    public static SubscriptionBody Of(SubscriptionSummary one) => new(
        new(one.Id), new(one.CustomerId), one.State, new(one.PlanId), one.Plan, one.Price, one.Currency, one.Terms.PeriodUnit,
        one.Terms.PeriodLength, one.Terms.IncludedBytes, one.ExtraSeats, one.PeriodStart, one.PeriodEnd, one.CancelAtEnd,
        one.NextPlan, one.Owed, one.NextTryAt, one.CreatedAt, one.EndedAt, one.EndReason);

    public static string TagOf(SubscriptionSummary one) => EntityTag.Of(new
    {
        one.Id, one.State, one.PlanId, one.ExtraSeats, one.CancelAtEnd, one.NextPlan,
    });
}

/// <summary>Subscriptions: of the token's customer; with a token of the staff, everybody's.</summary>
internal static class SubscriptionApi
{
    private const string Path = "/subscriptions", One = Path + "/{id}";

    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("").WithTags("Subscriptions");
        api.MapGet(Path, ListAsync).Needs(TokenScope.BillingRead).WithName("listSubscriptions")
            .WithSummary("List subscriptions").Produces<ListBody<SubscriptionBody>>();
        api.MapGet(One, ShowAsync).Needs(TokenScope.BillingRead).WithName("getSubscription")
            .WithSummary("Show a subscription").Produces<SubscriptionBody>().Versioned();
        api.MapPost($"{One}/cancel", CancelAsync).Needs(TokenScope.BillingWrite).WithName("cancelSubscription")
            .WithSummary("Cancel a subscription at the end of its period, or at once if it is unpaid")
            .Produces<SubscriptionBody>().Versioned();
        api.MapPost($"{One}/keep", KeepAsync).Needs(TokenScope.BillingWrite).WithName("keepSubscription")
            .WithSummary("Undo a cancellation before the period ends").Produces<SubscriptionBody>().Versioned();
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user, SubscriptionQueries queries, CancellationToken cancellation, int? limit = null,
        string? cursor = null, PublicId<OfCustomer>? customer = null, Spelled<SubscriptionState>? state = null)
    {
        var paging = Paging.Of("subscriptions", limit, cursor, out var refusal);
        if (refusal is not null)
            return refusal;
        var found = await queries.AfterAsync(
            user.Scope, paging.After, paging.Limit, cancellation, customer?.Value, state?.Value);
        return Results.Ok(Paging.Body("subscriptions", found, SubscriptionBody.Of, one => one.Id));
    }

    private static async Task<IResult> ShowAsync(
        SubscriptionId id, ClaimsPrincipal user, SubscriptionQueries queries, HttpResponse response,
        CancellationToken cancellation) =>
        Show(await queries.FindAsync(user.Scope, id.Value, cancellation), response);

    private static Task<IResult> CancelAsync(
        SubscriptionId id, ClaimsPrincipal user, SubscriptionQueries queries, CancelSubscription cancel, HttpContext context,
        CancellationToken cancellation) => ChangeAsync(id, withdraw: false, user, queries, cancel, context, cancellation);

    private static Task<IResult> KeepAsync(
        SubscriptionId id, ClaimsPrincipal user, SubscriptionQueries queries, CancelSubscription cancel, HttpContext context,
        CancellationToken cancellation) => ChangeAsync(id, withdraw: true, user, queries, cancel, context, cancellation);

    private static async Task<IResult> ChangeAsync(
        SubscriptionId id, bool withdraw, ClaimsPrincipal user, SubscriptionQueries queries, CancelSubscription cancel,
        HttpContext context, CancellationToken cancellation)
    {
        var present = await queries.FindAsync(user.Scope, id.Value, cancellation);
        if (EntityTag.RefusalOf(present, SubscriptionBody.TagOf, context.Request) is { } refusal)
            return refusal;
        var done = await cancel.ExecuteAsync(new(user.Scope, id.Value, withdraw), cancellation);
        return done.IsSuccess
            ? Show(await queries.FindAsync(user.Scope, id.Value, cancellation), context.Response)
            : ApiProblem.Of(done);
    }

    private static IResult Show(Result<SubscriptionSummary> found, HttpResponse response) =>
        EntityTag.Show(found, SubscriptionBody.Of, SubscriptionBody.TagOf, response);
}
