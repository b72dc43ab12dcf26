using System.ComponentModel.DataAnnotations;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using CustomerId = AtlanticProxy.Web.Api.PublicId<AtlanticProxy.Web.Api.OfCustomer>;

namespace AtlanticProxy.Web.Api.Resources;

/// <param name="Name">Shown on pages and invoices.</param>
internal sealed record CustomerChangeBody([property: Required] string? Name) : IRequestBody, IExample<CustomerChangeBody>
{
    public static CustomerChangeBody Example => new("Shop Ltd");
}

/// <param name="Plan">Null or left out: none.</param>
/// <param name="EndsAt">From when on it is no longer good; null or left out: until further notice.</param>
internal sealed record CustomerPlanBody(PublicId<OfPlan>? Plan, DateTimeOffset? EndsAt) : IRequestBody, IExample<CustomerPlanBody>
{
    public static CustomerPlanBody Example => new(new PublicId<OfPlan>(3), ExampleTime.Noon.AddMonths(1));
}

/// <param name="Url">Send the customer's browser there. A second factor is asked for there all the same.</param>
internal sealed record SignInLinkBody(string Url, DateTimeOffset ExpiresAt) : IExample<SignInLinkBody>
{
    public static SignInLinkBody Example => new("https://proxy.example.com/sign-in/link?token=…", ExampleTime.Noon.AddMinutes(1));
}

/// <summary>What staff change about a customer.</summary>
internal static class CustomerChangeApi
{
    private const string One = "/customers/{id}";

    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("").WithTags("Customers");
        api.MapPatch(One, RenameAsync).Needs(TokenScope.CustomersWrite).WithName("changeCustomer")
            .WithSummary("Give a customer another name").Produces<CustomerBody>().Versioned();
        api.MapPut($"{One}/plan", PlanAsync).Needs(TokenScope.CustomersWrite).WithName("setCustomerPlan")
            .WithSummary("Give a customer a plan without an order, or take it away").Produces<CustomerBody>().Versioned();
        api.MapPost($"{One}/change-ip", ChangeIpAsync).Needs(TokenScope.CustomersWrite).WithName("changeCustomerIp")
            .WithSummary("Give all sessions of a customer's proxy users another exit").Produces(StatusCodes.Status204NoContent);
        api.MapPost($"{One}/sign-in-link", SignInLinkAsync).Needs(TokenScope.CustomersSignIn).WithName("createSignInLink")
            .WithSummary("Make a link that signs a customer's owner in, once, within a minute. For owners")
            .Produces<SignInLinkBody>(StatusCodes.Status201Created);
        api.MapDelete(One, DeleteAsync).Needs(TokenScope.CustomersWrite).RequireAuthorization(Policies.Owners)
            .WithName("deleteCustomer").WithSummary("Delete a customer, with its proxy users and logins. For owners")
            .Produces(StatusCodes.Status204NoContent).Versioned();
    }

    private static async Task<IResult> RenameAsync(
        CustomerId id, CustomerChangeBody body, CustomerQueries queries, RenameCustomer rename, HttpContext context,
        CancellationToken cancellation) =>
        EntityTag.RefusalOf(await FindAsync(id, queries, cancellation), CustomerBody.TagOf, context.Request)
            ?? await ShownAsync(await rename.ExecuteAsync(new(id.Value, body.Name ?? ""), cancellation), id, queries, context,
                cancellation);

    private static async Task<IResult> PlanAsync(
        CustomerId id, CustomerPlanBody body, CustomerQueries queries, SetCustomerPlan set, HttpContext context,
        CancellationToken cancellation) =>
        EntityTag.RefusalOf(await FindAsync(id, queries, cancellation), CustomerBody.TagOf, context.Request)
            ?? await ShownAsync(await set.ExecuteAsync(new(id.Value, body.Plan?.Value, body.EndsAt), cancellation), id, queries,
                context, cancellation);

    private static async Task<IResult> ChangeIpAsync(
        CustomerId id, ChangeCustomerExits change, CancellationToken cancellation) =>
        Ended(await change.ExecuteAsync(new(Scope.Staff, id.Value), cancellation));

    private static async Task<IResult> DeleteAsync(
        CustomerId id, CustomerQueries queries, RemoveCustomer remove, HttpRequest request, CancellationToken cancellation) =>
        EntityTag.RefusalOf(await FindAsync(id, queries, cancellation), CustomerBody.TagOf, request)
            ?? Ended(await remove.ExecuteAsync(new(id.Value), cancellation));

    private static async Task<IResult> SignInLinkAsync(
        CustomerId id, CreateSignInLink create, HttpRequest request, CancellationToken cancellation)
    {
        var made = await create.ExecuteAsync(new(id.Value, $"{request.Scheme}://{request.Host}"), cancellation);
        return made.IsSuccess
            ? Results.Created((string?)null, new SignInLinkBody(made.Value.Link, made.Value.ExpiresAt))
            : ApiProblem.Of(made);
    }

    private static Task<Result<CustomerSummary>> FindAsync(
        CustomerId id, CustomerQueries queries, CancellationToken cancellation) =>
        queries.FindAsync(Scope.Staff, id.Value, cancellation);

    private static IResult Ended(Result done) => done.IsSuccess ? Results.NoContent() : ApiProblem.Of(done);

    private static async Task<IResult> ShownAsync(
        Result done, CustomerId id, CustomerQueries queries, HttpContext context, CancellationToken cancellation) =>
        done.IsSuccess
            ? EntityTag.Show(await FindAsync(id, queries, cancellation), CustomerBody.Of, CustomerBody.TagOf, context.Response)
            : ApiProblem.Of(done);
}
