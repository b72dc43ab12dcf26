using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SubscriptionId = AtlanticProxy.Web.Api.PublicId<AtlanticProxy.Web.Api.OfSubscription>;

namespace AtlanticProxy.Web.Api.Resources;

/// <param name="Plan">The plan that it has takes a change at the period's end back.</param>
/// <param name="Now">False: at the end of the period, without a cost now.</param>
internal sealed record OtherPlanBody([property: Required] PublicId<OfPlan>? Plan, bool Now)
    : IRequestBody, IExample<OtherPlanBody>
{
    public static OtherPlanBody Example => new(new PublicId<OfPlan>(4), false);
}

/// <summary>What a change would cost. Amounts are minor units of the currency.</summary>
/// <param name="Credit">For what is unused of the running period.</param>
/// <param name="Price">Of a period of the new plan, with tax.</param>
/// <param name="Missing">What the balance lacks for it, the credit counted.</param>
/// <param name="From">When the new plan begins.</param>
internal sealed record PlanChangeCostBody(long Credit, long Price, long Missing, string Currency, DateTimeOffset From)
    : IExample<PlanChangeCostBody>
{
    public static PlanChangeCostBody Example => new(1450, 5900, 0, "USD", ExampleTime.Noon);

    public static PlanChangeCostBody Of(PlanChangePreview cost) =>
        new(cost.Credit, cost.Price, cost.Missing, cost.Currency, cost.From);
}

/// <summary>What becomes of a subscription that goes on: another plan, or a pause.</summary>
internal static class SubscriptionChangeApi
{
    private const string One = "/subscriptions/{id}";

    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("").WithTags("Subscriptions");
        api.MapPut($"{One}/plan", ChangeAsync).Needs(TokenScope.BillingWrite)
            .RequireAuthorization(Policies.Payers) // on the customer's money
            .WithName("changeSubscriptionPlan")
            .WithSummary("Change the plan now, for what it costs, or at the end of the period").Produces<SubscriptionBody>()
            .Versioned();
        api.MapGet($"{One}/plan-cost", CostAsync).Needs(TokenScope.BillingRead).WithName("getPlanChangeCost")
            .WithSummary("Show what a change of the plan would cost. Nothing is changed").Produces<PlanChangeCostBody>();
        api.MapPost($"{One}/pause", PauseAsync).Needs(TokenScope.BillingWrite).WithName("pauseSubscription")
            .WithSummary("Pause a subscription: connections are refused, and the period waits").Produces<SubscriptionBody>()
            .Versioned();
        api.MapPost($"{One}/resume", ResumeAsync).Needs(TokenScope.BillingWrite).WithName("resumeSubscription")
            .WithSummary("Resume a paused subscription").Produces<SubscriptionBody>().Versioned();
    }

    private static Task<IResult> ChangeAsync(
        SubscriptionId id, OtherPlanBody body, ClaimsPrincipal user, SubscriptionQueries queries, ChangeSubscription change,
        HttpContext context, CancellationToken cancellation) =>
        body.Plan is not { } plan
            ? Task.FromResult<IResult>(ApiProblem.Invalid("subscription.plan_missing", "plan is required.", "plan"))
            : DoneAsync(id, user, queries, context, () =>
                change.ExecuteAsync(new(user.Scope, id.Value, plan.Value, body.Now), cancellation), cancellation);

    private static async Task<IResult> CostAsync(
        SubscriptionId id, PublicId<OfPlan> plan, ClaimsPrincipal user, ChangeSubscription change,
        CancellationToken cancellation, bool now = false)
    {
        var cost = await change.PreviewAsync(new(user.Scope, id.Value, plan.Value, now), cancellation);
        return cost.IsSuccess ? Results.Ok(PlanChangeCostBody.Of(cost.Value)) : ApiProblem.Of(Named(cost));
    }

    private static Task<IResult> PauseAsync(
        SubscriptionId id, ClaimsPrincipal user, SubscriptionQueries queries, PauseSubscription pause, HttpContext context,
        CancellationToken cancellation) => DoneAsync(id, user, queries, context, () =>
            pause.ExecuteAsync(new(user.Scope, id.Value), cancellation), cancellation);

    private static Task<IResult> ResumeAsync(
        SubscriptionId id, ClaimsPrincipal user, SubscriptionQueries queries, PauseSubscription pause, HttpContext context,
        CancellationToken cancellation) => DoneAsync(id, user, queries, context, () =>
            pause.ExecuteAsync(new(user.Scope, id.Value, Resume: true), cancellation), cancellation);

    private static async Task<IResult> DoneAsync(
        SubscriptionId id, ClaimsPrincipal user, SubscriptionQueries queries, HttpContext context,
        Func<Task<Result<SubscriptionSummary>>> act, CancellationToken cancellation)
    {
        var present = await queries.FindAsync(user.Scope, id.Value, cancellation);
        if (EntityTag.RefusalOf(present, SubscriptionBody.TagOf, context.Request) is { } refusal)
            return refusal;
        var done = await act();
        return done.IsSuccess
            ? EntityTag.Show(done, SubscriptionBody.Of, SubscriptionBody.TagOf, context.Response)
            : ApiProblem.Of(Named(done));
    }

    /// <summary>Members are called otherwise here than in the command.</summary>
    private static Result Named(Result refused) => Result.Failure([.. refused.Errors.Select(error =>
        error.Field == nameof(ChangeSubscription.Request.PlanId) ? error with { Field = nameof(OtherPlanBody.Plan) } : error)]);
}
