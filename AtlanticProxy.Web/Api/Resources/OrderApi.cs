using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrderId = AtlanticProxy.Web.Api.PublicId<AtlanticProxy.Web.Api.OfOrder>;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>Something that a customer buys. Money is in minor units of its currency.</summary>
/// <param name="PlanName">Of the plan that it is of.</param>
/// <param name="Amount">Bytes or minutes of packages and top-ups, proxy users of seats.</param>
/// <param name="Total">With tax and deposit.</param>
/// <param name="Missing">What the wallet lacks for it: as soon as that is there, it is done. 0 unless it is open.</param>
/// <param name="Invoice">Null until it is paid, and where nothing but a deposit is paid.</param>
/// <param name="ExpiresAt">So long it can be paid.</param>
internal sealed record OrderBody(
    OrderId Id, PublicId<OfCustomer> Customer, OrderKind Kind, OrderState State, string PlanName, long? Amount, long Total,
    long Deposit, string Currency, long Missing, PublicId<OfInvoice>? Invoice, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
    DateTimeOffset? ClosedAt) : IExample<OrderBody>
{
    public static OrderBody Example => new(
        new(8), new(7), OrderKind.Subscription, OrderState.Open, "Residential 50 GB", null, 2900, 0, "USD", 1900, null,
        ExampleTime.Noon, ExampleTime.Noon.AddDays(7), null);

    public static OrderBody Of(OrderSummary order) => new(
        new(order.Id), new(order.CustomerId), order.Kind, order.State, order.Plan, order.Amount, order.Total, order.Deposit,
        order.Currency, order.Missing,
        order.State == OrderState.Paid ? PublicId<OfInvoice>.Of(order.InvoiceId) : null, // until then it is a draft
        order.CreatedAt, order.ExpiresAt, order.ClosedAt);

    public static string TagOf(OrderSummary order) => EntityTag.Of(new { order.Id, order.State });
}

/// <param name="Plan">Left out of what is bought on top of a subscription (top-ups, seats).</param>
/// <param name="Amount">Bytes or minutes of packages and top-ups, proxy users of seats.</param>
internal sealed record NewOrderBody(
    [property: Required] OrderKind? Kind, PublicId<OfPlan>? Plan, long? Amount, string? Coupon)
    : IRequestBody, IExample<NewOrderBody>
{
    public static NewOrderBody Example => new(OrderKind.Subscription, new PublicId<OfPlan>(3), null, null);
}

/// <summary>Orders: of the token's customer; with a token of the staff, everybody's.</summary>
internal static class OrderApi
{
    private const string Path = "/orders", One = Path + "/{id}";

    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("").WithTags("Orders");
        api.MapGet(Path, ListAsync).Needs(TokenScope.BillingRead).WithName("listOrders")
            .WithSummary("List orders").Produces<ListBody<OrderBody>>();
        api.MapPost(Path, PlaceAsync).Needs(TokenScope.BillingWrite).RequireAuthorization(Policies.Payers).WithName("placeOrder")
            .WithSummary("Place an order, paid from the balance; it stays open if the balance is too low")
            .Produces<OrderBody>(StatusCodes.Status201Created);
        api.MapGet(One, ShowAsync).Needs(TokenScope.BillingRead).WithName("getOrder")
            .WithSummary("Show an order").Produces<OrderBody>().Versioned();
        api.MapPost($"{One}/cancel", CancelAsync).Needs(TokenScope.BillingWrite).WithName("cancelOrder")
            .WithSummary("Cancel an open order; what was paid stays in the balance").Produces<OrderBody>().Versioned();
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user, SubscriptionQueries queries, CancellationToken cancellation, int? limit = null,
        string? cursor = null, PublicId<OfCustomer>? customer = null, Spelled<OrderState>? state = null)
    {
        var paging = Paging.Of("orders", limit, cursor, out var refusal);
        if (refusal is not null)
            return refusal;
        var found = await queries.OrdersAfterAsync(
            user.Scope, paging.After, paging.Limit, cancellation, customer?.Value, state?.Value);
        return Results.Ok(Paging.Body("orders", found, OrderBody.Of, one => one.Id));
    }

    private static async Task<IResult> PlaceAsync(
        NewOrderBody body, ClaimsPrincipal user, PlaceOrder place, HttpResponse response, CancellationToken cancellation)
    {
        if (body.Kind is not { } kind)
            return ApiProblem.Invalid("order.kind_missing",
                "Give a kind: subscription, trial, package, top_up or seats.", "kind");
        bool isOnTop = kind is OrderKind.TopUp or OrderKind.Seats;
        var placed = await place.ExecuteAsync(
            new(user.Scope, user.CustomerId, kind, isOnTop ? null : body.Plan?.Value, body.Amount, body.Coupon), cancellation);
        if (!placed.IsSuccess)
            return ApiProblem.Of(placed);
        response.Headers.ETag = OrderBody.TagOf(placed.Value);
        return Results.Created($"{ApiPaths.V1}{Path}/{new OrderId(placed.Value.Id)}", OrderBody.Of(placed.Value));
    }

    private static async Task<IResult> ShowAsync(
        OrderId id, ClaimsPrincipal user, SubscriptionQueries queries, HttpResponse response, CancellationToken cancellation) =>
        Show(await FindAsync(id, user, queries, cancellation), response);

    private static async Task<IResult> CancelAsync(
        OrderId id, ClaimsPrincipal user, SubscriptionQueries queries, CancelOrder cancel, HttpContext context,
        CancellationToken cancellation)
    {
        if (EntityTag.RefusalOf(await FindAsync(id, user, queries, cancellation), OrderBody.TagOf, context.Request)
            is { } refusal)
            return refusal;
        var done = await cancel.ExecuteAsync(new(user.Scope, id.Value), cancellation);
        return done.IsSuccess
            ? Show(await FindAsync(id, user, queries, cancellation), context.Response)
            : ApiProblem.Of(done);
    }

    private static async Task<Result<OrderSummary>> FindAsync(
        OrderId id, ClaimsPrincipal user, SubscriptionQueries queries, CancellationToken cancellation) =>
        await queries.FindOrderAsync(user.Scope, id.Value, cancellation) is { } found ? found : CancelOrder.NoSuchOrder;

    private static IResult Show(Result<OrderSummary> found, HttpResponse response) =>
        EntityTag.Show(found, OrderBody.Of, OrderBody.TagOf, response);
}
