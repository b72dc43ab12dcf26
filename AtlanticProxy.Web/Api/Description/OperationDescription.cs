using System.Net.Mime;
using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.ApiTokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AtlanticProxy.Web.Api.Description;

/// <summary>Adds what routes do not say: scopes, bounds of parameters, examples, headers and refusals.</summary>
internal static class OperationDescription
{
    private const string IfMatch = "If-Match";

    /// <summary>Parameters that mean the same everywhere.</summary>
    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["id"] = "Id of the resource.", ["customer"] = "Only this customer. For staff tokens.",
        ["proxyUser"] = "Only this proxy user.", ["cursor"] = "`nextCursor` of the previous page.",
        ["limit"] = "Maximum number of items.", ["from"] = "Start, inclusive: an RFC 3339 time or a day.",
        ["to"] = "End, exclusive: an RFC 3339 time or a day. Default: now.",
        ["country"] = "ISO 3166-1 alpha-2, such as `us`.", ["name"] = "Part of the name.",
        ["email"] = "Part of the email address.", ["search"] = "Beginning of the name.",
        ["by"] = "Unit of time or dimension to group by.",
        ["fate"] = "How it ended: refused, failed or completed.", ["outcome"] = "The exact outcome, such as `QuotaExhausted`.",
        ["host"] = "Part of the destination's name.", ["object"] = "Only this kind of object.",
        ["delivery"] = "Id of the delivery.",
        ["state"] = "Only this state.", ["kind"] = "Only this kind.",
        ["code"] = "Only this code.", ["order"] = "Which come first: the fastest, or the longest open (default).",
        ["plan"] = "Id of the plan.", ["now"] = "Now, or at the end of the period (default).",
    };

    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var route = context.Description;
        var metadata = route.ActionDescriptor.EndpointMetadata;
        string scope = metadata.OfType<NeededScope>().FirstOrDefault() is { } needed
            ? $"Needs the scope `{TokenScopes.NameOf(needed.Scope)}`."
            : "Works with any token.";
        operation.Description = operation.Description is { Length: > 0 } text ? $"{text} {scope}" : scope;
        operation.Parameters ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
            Describe(parameter, route);
        bool isVersioned = metadata.OfType<Versioned>().Any();
        AddHeaders(operation.Parameters, route.HttpMethod, isVersioned);
        if (route.HttpMethod == HttpMethods.Get
            && operation.Responses!["200"].Content?.ContainsKey(MediaTypeNames.Application.Json) == true)
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = ChosenFields.Parameter, In = ParameterLocation.Query,
                Description = "Comma-separated members to return; in a list, of each item. Default: all.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        AddExamples(operation, route);
        AddRefusals(operation, route, isVersioned, context.Document!);
        return Task.CompletedTask;
    }

    private static Type TypeOf(ApiParameterDescription parameter) =>
        parameter.ParameterDescriptor is { ParameterType: var declared }
            ? Nullable.GetUnderlyingType(declared) ?? declared
            : parameter.Type;

    private static bool IsId(ApiParameterDescription parameter) => SchemaDescription.PrefixOf(TypeOf(parameter)) is not null;

    /// <summary>A body that names other things.</summary>
    private static bool HasIds(ApiParameterDescription parameter) => parameter.Source == BindingSource.Body
        && parameter.Type.GetProperties().Any(member => SchemaDescription.PrefixOf(
            Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType) is not null);

    private static void Describe(OpenApiParameter parameter, ApiDescription route)
    {
        parameter.Description ??= Parameters.GetValueOrDefault(parameter.Name!);
        var schema = (OpenApiSchema)parameter.Schema!; // written out: parameters have no schemas with names
        var type = TypeOf(route.ParameterDescriptions.First(one => one.Name == parameter.Name));
        if (SchemaDescription.PrefixOf(type) is { } prefix)
            schema.Pattern = SchemaDescription.PatternOf(prefix);
        if (SchemaDescription.SpellingsOf(type) is { } spellings)
            schema.Enum = [.. spellings.Select(each => JsonValue.Create(each))];
        if (parameter.Name == "limit")
            (schema.Minimum, schema.Maximum, schema.Default) = ("1", $"{Paging.MaxLimit}", Paging.DefaultLimit);
    }

    private static void AddHeaders(IList<IOpenApiParameter> parameters, string? method, bool isVersioned)
    {
        if (method == HttpMethods.Post)
            parameters.Add(Header(IdempotentRequests.Header,
                "A unique value that you choose. A request repeated with the same key within 24 hours is done once."));
        if (isVersioned && method != HttpMethods.Get)
            parameters.Add(Header(IfMatch, "The `ETag` of the version to change. A newer version is not changed."));
    }

    private static OpenApiParameter Header(string name, string description) => new()
    {
        Name = name, In = ParameterLocation.Header, Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static void AddExamples(OpenApiOperation operation, ApiDescription route)
    {
        if (route.ParameterDescriptions.FirstOrDefault(one => one.Source == BindingSource.Body) is { } sent)
            foreach (var media in operation.RequestBody?.Content?.Values ?? [])
                media.Example = Examples.Of(sent.Type);
        foreach (var answer in route.SupportedResponseTypes)
            foreach (var media in operation.Responses?[$"{answer.StatusCode}"].Content?.Values ?? [])
                media.Example = Examples.Of(answer.Type!);
    }

    private static void AddRefusals(OpenApiOperation operation, ApiDescription route, bool isVersioned, OpenApiDocument api)
    {
        bool changes = route.HttpMethod != HttpMethods.Get;
        List<int> refusals = [400, 401, 403, 429];
        if (route.ParameterDescriptions.Any(one => one.Source == BindingSource.Path || IsId(one) || HasIds(one)))
            refusals.Add(404);
        if (changes)
            refusals.Add(409);
        if (changes && isVersioned)
            refusals.Add(412);
        if (route.ParameterDescriptions.Any(one => one.Source == BindingSource.Body))
            refusals.AddRange([413, 415]);
        if (route.HttpMethod == HttpMethods.Post)
            refusals.Add(422);
        foreach (var answer in operation.Responses!.Values.OfType<OpenApiResponse>())
            answer.Headers = SharedDescriptions.HeadersOf(isVersioned && answer.Content?.Count > 0, api);
        foreach (int status in refusals.Order())
            operation.Responses[$"{status}"] = new OpenApiResponseReference(SharedDescriptions.Refusals[status].Name, api);
    }
}
