using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PlanId = AtlanticProxy.Web.Api.PublicId<AtlanticProxy.Web.Api.OfPlan>;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>Plans: what is sold to the token's customer; with a token of the staff, all.</summary>
internal static class PlanApi
{
    private const string Path = "/plans", One = Path + "/{id}";

    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("").WithTags("Plans");
        api.MapGet(Path, ListAsync).Needs(TokenScope.PlansRead).WithName("listPlans")
            .WithSummary("List the plans on offer; for staff, all plans").Produces<ListBody<PlanBody>>();
        api.MapPost(Path, CreateAsync).Needs(TokenScope.PlansWrite).WithName("createPlan")
            .WithSummary("Create a plan and offer it").Produces<PlanBody>(StatusCodes.Status201Created);
        api.MapGet(One, ShowAsync).Needs(TokenScope.PlansRead).WithName("getPlan")
            .WithSummary("Show a plan").Produces<PlanBody>().Versioned();
        api.MapPatch(One, ChangeAsync).Needs(TokenScope.PlansWrite).WithName("changePlan")
            .WithSummary("Change a plan's pool and targeting for all its customers").Produces<PlanBody>().Versioned();
        api.MapPut($"{One}/terms", ChangeTermsAsync).Needs(TokenScope.PlansWrite)
            .RequireAuthorization(Policies.Of(Area.Prices, Access.Write)).WithName("changePlanTerms")
            .WithSummary("Replace a plan's terms for new customers; existing customers keep theirs")
            .Produces<PlanBody>().Versioned();
        api.MapPost($"{One}/offer", OfferAsync).Needs(TokenScope.PlansWrite).WithName("offerPlan")
            .WithSummary("Offer a plan again").Produces<PlanBody>().Versioned();
        api.MapPost($"{One}/withdraw", WithdrawAsync).Needs(TokenScope.PlansWrite).WithName("withdrawPlan")
            .WithSummary("Stop offering a plan; existing customers keep it").Produces<PlanBody>().Versioned();
    }

    /// <summary>Not in parts: there are a dozen.</summary>
    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user, PlanQueries plans, SubscriptionQueries subscriptions, BillingDetailsQueries billing,
        CancellationToken cancellation)
    {
        var all = await plans.ListAsync(cancellation);
        if (user.IsStaff)
            return Results.Ok(new ListBody<PlanBody>([.. all.OrderBy(plan => plan.Id).Select(PlanBody.Of)], NextCursor: null));
        var details = await billing.FindAsync(user.Scope, user.CustomerId, cancellation);
        bool isSubscribed = await subscriptions.RunningAsync(user.Scope, user.CustomerId, cancellation) is not null;
        return details.IsSuccess
            ? Results.Ok(new ListBody<PlanBody>(
                [
                    .. all.Where(plan => plan.IsShownTo(details.Value.Currency, isSubscribed)).OrderBy(plan => plan.Id)
                        .Select(PlanBody.ForCustomers),
                ], NextCursor: null))
            : ApiProblem.Of(details);
    }

    /// <summary>Customers find hidden plans too, by their address as on the pages, and none that are withdrawn.</summary>
    private static async Task<IResult> ShowAsync(
        PlanId id, ClaimsPrincipal user, PlanQueries plans, HttpResponse response, CancellationToken cancellation)
    {
        if (user.IsStaff)
            return Show(await plans.FindAsync(id.Value, cancellation), response);
        var found = await plans.FindSoldAsync(id.Value, cancellation);
        return found.IsSuccess ? Results.Ok(PlanBody.ForCustomers(found.Value)) : ApiProblem.Of(found);
    }

    private static async Task<IResult> CreateAsync(
        NewPlanBody body, CreatePlan create, HttpResponse response, CancellationToken cancellation)
    {
        var made = await create.ExecuteAsync((body.Terms ?? new PlanTermsBody()).Named(body), cancellation);
        if (!made.IsSuccess)
            return ApiProblem.Of(made);
        response.Headers.ETag = PlanBody.TagOf(made.Value);
        return Results.Created($"{ApiPaths.V1}{Path}/{new PlanId(made.Value.Id)}", PlanBody.Of(made.Value));
    }

    private static Task<IResult> ChangeAsync(
        PlanId id, PlanChangeBody body, PlanQueries plans, SetPlanRouting set, HttpContext context,
        CancellationToken cancellation) =>
        ApplyAsync(id, plans, context, async present => await set.ExecuteAsync(
            new(id.Value, body.Pool.Or(present.PoolName), NewPlanBody.Names(body.Includes.Or(present.Includes) ?? [])),
            cancellation), cancellation);

    private static Task<IResult> ChangeTermsAsync(
        PlanId id, PlanTermsBody body, PlanQueries plans, ChangePlan change, HttpContext context,
        CancellationToken cancellation) =>
        ApplyAsync(id, plans, context, async _ => await change.ExecuteAsync(body.For(id.Value), cancellation), cancellation);

    private static Task<IResult> OfferAsync(
        PlanId id, PlanQueries plans, SetPlanState set, HttpContext context, CancellationToken cancellation) =>
        ApplyAsync(id, plans, context, async _ => await set.ExecuteAsync(new(id.Value, true), cancellation), cancellation);

    private static Task<IResult> WithdrawAsync(
        PlanId id, PlanQueries plans, SetPlanState set, HttpContext context, CancellationToken cancellation) =>
        ApplyAsync(id, plans, context, async _ => await set.ExecuteAsync(new(id.Value, false), cancellation), cancellation);

    private static async Task<IResult> ApplyAsync(
        PlanId id, PlanQueries plans, HttpContext context, Func<PlanSummary, Task<Result>> change,
        CancellationToken cancellation)
    {
        var present = await plans.FindAsync(id.Value, cancellation);
        if (EntityTag.RefusalOf(present, PlanBody.TagOf, context.Request) is { } refusal)
            return refusal;
        var changed = await change(present.Value);
        return changed.IsSuccess
            ? Show(await plans.FindAsync(id.Value, cancellation), context.Response)
            : ApiProblem.Of(changed);
    }

    private static IResult Show(Result<PlanSummary> found, HttpResponse response) =>
        EntityTag.Show(found, PlanBody.Of, PlanBody.TagOf, response);
}
