using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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

    /// <summary>Public: there is nothing private in it. Made once: that takes 40 ms.</summary>
    public static void Map(WebApplication app)
    {
        var made = new Lazy<Task<byte[]>>(() => MakeAsync(app.Services));
        app.MapGet(Path, async () => Results.Bytes(await made.Value, MediaTypeNames.Application.Json))
            .AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<byte[]> MakeAsync(IServiceProvider services)
    {
        using var scope = services.CreateScope();
        var api = await scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(Version)
            .GetOpenApiDocumentAsync();
        using var json = new MemoryStream();
        await api.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1);
        return json.ToArray();
    }

    private static readonly (string Name, string Words)[] Tags =
    [
        ("Token", "The token of the request."),
        ("Proxy users", "Credentials of proxy clients, with their limits."),
        ("Usage", "Bytes and connections by time, proxy user or country."),
        ("Locations", "Places that proxy clients can target."),
        ("Connections", "How each connection ended."),
        ("Webhooks", "Endpoints that receive events, and their deliveries."),
        ("Audit", "Changes and their authors."),
        ("Customers", "For staff: customers and their state."),
        ("Plans", "Plans and their terms."),
        ("Subscriptions", "Plans that customers have bought."),
        ("Orders", "Purchases, paid from the balance."),
        ("Wallet", "Balances and their entries."),
        ("Invoices", "Invoices and credit notes."),
        ("Coupons", "For staff: discount codes."),
        ("Providers", "For staff: upstream providers."),
        ("Pools", "For staff: groups of providers that plans use."),
        ("Rules", "For staff: blocked destinations."),
        ("Jobs", "For staff: scheduled jobs."),
    ];

    private static async Task DescribeAsync(
        OpenApiDocument api, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        // No name of a brand: resellers' customers read it under the name of theirs.
        api.Info = new OpenApiInfo
        {
            Title = "Web API", Version = "1",
            Description = """
                Manage proxy users, usage and billing from programs. Send a token with each request: `Authorization: Bearer ap_…`.

                Every id has a prefix that names its kind. Bytes are integers, and so is money: minor units (cents), with
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
                Type = SecuritySchemeType.Http, Scheme = "bearer",
                Description = "A token from the API tokens page of the portal.",
            },
        };
        api.Security = [new() { [new OpenApiSecuritySchemeReference(Scheme, api)] = [] }];
        SharedDescriptions.AddTo(api, await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, cancellation));
    }
}
