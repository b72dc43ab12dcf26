using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace AtlanticProxy.Web.Api.Description;

/// <summary>
/// The description of the API (OpenAPI 3.1) at <c>/api/v1/openapi.json</c>, for people and for generators of clients. It is made
/// of the operations themselves: their routes, parameters, bodies and comments.
/// </summary>
internal static class ApiDocument
{
    public const string Path = ApiPaths.V1 + "/openapi.json", Version = "v1";

    public const string Scheme = "token";

    public static void Add(IServiceCollection services) => services.AddOpenApi(Version, document =>
    {
        document.ShouldInclude = operation =>
            operation.RelativePath?.StartsWith(ApiPaths.V1.TrimStart('/'), StringComparison.Ordinal) == true;
        document.AddSchemaTransformer((schema, context, _) => SchemaDescription.DescribeAsync(schema, context));
        document.AddOperationTransformer((operation, context, _) => OperationDescription.DescribeAsync(operation, context));
        document.AddDocumentTransformer((api, context, cancellation) => DescribeAsync(api, context, cancellation));
        document.CreateSchemaReferenceId = SchemaDescription.NameOf;
    });

    /// <summary>For everybody: it says nothing of anyone.</summary>
    public static void Map(WebApplication app) => app.MapOpenApi("/api/{documentName}/openapi.json")
        .WithMetadata(new AllowAnonymousAttribute());

    private static readonly (string Name, string Words)[] Tags =
    [
        ("Token", "Who a token is."),
        ("Proxy users", "The logins of proxy clients, with their limits and passwords."),
        ("Usage", "Bytes and connections, by time and by whom."),
        ("Locations", "Where exits can be."),
        ("Connections", "What became of each connection."),
        ("Webhooks", "Addresses that are told what happens, and what they answered."),
        ("Audit", "Who changed what."),
        ("Customers", "For the staff: who buys."),
        ("Plans", "What is sold, and on which terms."),
        ("Subscriptions", "Plans that run, period by period."),
        ("Orders", "What is bought, and paid from the balance."),
        ("Wallet", "Balances, and what moved them."),
        ("Invoices", "Invoices and credit notes."),
        ("Coupons", "For the staff: codes that give percent, money or traffic."),
        ("Providers", "For the staff: whom exits are bought from."),
        ("Pools", "For the staff: providers that plans go through."),
        ("Rules", "For the staff: destinations that are forbidden."),
        ("Jobs", "For the staff: what is done by the clock."),
    ];

    private static async Task DescribeAsync(
        OpenApiDocument api, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        // No name of a brand: resellers' customers read it under the name of theirs.
        api.Info = new OpenApiInfo
        {
            Title = "Web API", Version = "1",
            Description = """
                What the portal does, by HTTP. Send a token with each request: `Authorization: Bearer ap_…`.

                Ids have a prefix that says what they are of. Bytes are integers, and so is money: minor units (cents), with
                `currency` beside. Times are RFC 3339 in UTC. Lists answer `data` and `nextCursor`. Errors are
                `application/problem+json` with a `code` for programs.
                """,
        };
        api.Servers = [new OpenApiServer { Url = "/" }];
        api.Tags = Tags.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Words }).ToHashSet();
        (api.Components ??= new()).SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token of the portal's page of API tokens.",
            },
        };
        api.Security = [new() { [new OpenApiSecuritySchemeReference(Scheme, api)] = [] }];
        SharedDescriptions.AddTo(api, await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, cancellation));
    }
}
