using System.ComponentModel.DataAnnotations;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using CustomerId = AtlanticProxy.Web.Api.PublicId<AtlanticProxy.Web.Api.OfCustomer>;

namespace AtlanticProxy.Web.Api.Resources;

/// <param name="State">What staff have set.</param>
/// <param name="Standing">Whether its proxy users are served now, and if not, why.</param>
/// <param name="PlanEndsAt">From when on the plan is no longer good; null is never.</param>
/// <param name="Seller">The reseller whose customer it is; null: your own.</param>
internal sealed record CustomerBody(
    CustomerId Id, string Email, string Name, CustomerState State, Standing Standing, PublicId<OfPlan>? Plan, string? PlanName,
    DateTimeOffset? PlanEndsAt, int ProxyUsers, CustomerId? Seller, bool MayResell, DateTimeOffset CreatedAt)
    : IExample<CustomerBody>
{
    public static CustomerBody Example => new(new(7), "shop@example.com", "Shop", CustomerState.Active, Standing.Served,
        new PublicId<OfPlan>(3), "Residential 50 GB", null, 4, null, false, ExampleTime.Noon);

    /// <summary>Changes with what an operation can change.</summary>
    public static string TagOf(CustomerSummary customer) => EntityTag.Of(new
    {
        customer.Id, customer.Email, customer.Name, customer.State, customer.PlanId, customer.PlanEndsAt, customer.MayResell,
    });

    public static CustomerBody Of(CustomerSummary customer) => new(
        new(customer.Id), customer.Email, customer.Name, customer.State, customer.Standing,
        PublicId<OfPlan>.Of(customer.PlanId), customer.PlanName, customer.PlanEndsAt, customer.ProxyUserCount,
        CustomerId.Of(customer.SellerId), customer.MayResell, customer.CreatedAt);
}

/// <param name="Name">Shown on pages and invoices; left out it is the address.</param>
/// <param name="Plan">Left out: none yet.</param>
internal sealed record NewCustomerBody([property: Required] string? Email, string? Name, PublicId<OfPlan>? Plan)
    : IRequestBody, IExample<NewCustomerBody>
{
    public static NewCustomerBody Example => new("shop@example.com", "Shop", new PublicId<OfPlan>(3));
}

/// <summary>Customers, for the staff.</summary>
internal static class CustomerApi
{
    private const string Path = "/customers", One = Path + "/{id}";

    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("").WithTags("Customers");
        api.MapGet(Path, ListAsync).Needs(TokenScope.CustomersRead).WithName("listCustomers")
            .WithSummary("List customers").Produces<ListBody<CustomerBody>>();
        api.MapPost(Path, CreateAsync).Needs(TokenScope.CustomersWrite).WithName("createCustomer")
            .WithSummary("Create a customer").Produces<CustomerBody>(StatusCodes.Status201Created);
        api.MapGet(One, ShowAsync).Needs(TokenScope.CustomersRead).WithName("getCustomer")
            .WithSummary("Show a customer").Produces<CustomerBody>().Versioned();
        api.MapPost($"{One}/suspend", SuspendAsync).Needs(TokenScope.CustomersWrite).WithName("suspendCustomer")
            .WithSummary("Suspend a customer: its proxy users are refused and open tunnels are closed").Produces<CustomerBody>()
            .Versioned();
        api.MapPost($"{One}/resume", ResumeAsync).Needs(TokenScope.CustomersWrite).WithName("resumeCustomer")
            .WithSummary("Resume a suspended customer").Produces<CustomerBody>().Versioned();
    }

    private static async Task<IResult> ListAsync(
        CustomerQueries queries, CancellationToken cancellation, int? limit = null, string? cursor = null, string? email = null)
    {
        var paging = Paging.Of("customers", limit, cursor, out var refusal);
        if (refusal is not null)
            return refusal;
        var found = await queries.AfterAsync(paging.After, paging.Limit, email, cancellation);
        return Results.Ok(Paging.Body("customers", found, CustomerBody.Of, one => one.Id));
    }

    private static async Task<IResult> CreateAsync(
        NewCustomerBody body, CreateCustomer create, HttpResponse response, CancellationToken cancellation)
    {
        var made = await create.ExecuteAsync(new(body.Email ?? "", body.Name ?? "", body.Plan?.Value), cancellation);
        if (!made.IsSuccess)
            return ApiProblem.Of(made);
        response.Headers.ETag = CustomerBody.TagOf(made.Value);
        return Results.Created($"{ApiPaths.V1}{Path}/{new CustomerId(made.Value.Id)}", CustomerBody.Of(made.Value));
    }

    private static async Task<IResult> ShowAsync(
        CustomerId id, CustomerQueries queries, HttpResponse response, CancellationToken cancellation) =>
        Show(await queries.FindAsync(Scope.Staff, id.Value, cancellation), response);

    private static Task<IResult> SuspendAsync(
        CustomerId id, CustomerQueries queries, SetCustomerState set, HttpContext context, CancellationToken cancellation) =>
        SetAsync(id, CustomerState.Suspended, queries, set, context, cancellation);

    private static Task<IResult> ResumeAsync(
        CustomerId id, CustomerQueries queries, SetCustomerState set, HttpContext context, CancellationToken cancellation) =>
        SetAsync(id, CustomerState.Active, queries, set, context, cancellation);

    private static async Task<IResult> SetAsync(
        CustomerId id, CustomerState state, CustomerQueries queries, SetCustomerState set, HttpContext context,
        CancellationToken cancellation)
    {
        var present = await queries.FindAsync(Scope.Staff, id.Value, cancellation);
        if (EntityTag.RefusalOf(present, CustomerBody.TagOf, context.Request) is { } refusal)
            return refusal;
        var done = await set.ExecuteAsync(new(id.Value, state), cancellation);
        return done.IsSuccess
            ? Show(await queries.FindAsync(Scope.Staff, id.Value, cancellation), context.Response)
            : ApiProblem.Of(done);
    }

    private static IResult Show(Result<CustomerSummary> found, HttpResponse response) =>
        EntityTag.Show(found, CustomerBody.Of, CustomerBody.TagOf, response);
}
