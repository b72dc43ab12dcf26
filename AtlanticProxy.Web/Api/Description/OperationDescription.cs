using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.ApiTokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AtlanticProxy.Web.Api.Description;

/// <summary>What of an operation its route does not say: the scope, parameters' bounds, examples, headers and refusals.</summary>
internal static class OperationDescription
{
    private const string IfMatch = "If-Match";

    /// <summary>Parameters that mean the same everywhere.</summary>
    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["id"] = "Which one.", ["customer"] = "Only of this customer. For tokens of the staff.",
        ["proxyUser"] = "Only of this proxy user.", ["cursor"] = "Where to go on: `nextCursor` of the part before.",
        ["limit"] = "How many at most.", ["from"] = "From this time on: RFC 3339, or a day.",
        ["to"] = "Before this time: RFC 3339, or a day. Left out: now.",
        ["country"] = "ISO 3166-1 alpha-2, such as `us`.", ["name"] = "Whose name has this in it.",
        ["email"] = "Whose address has this in it.", ["search"] = "What names begin with.", ["by"] = "What to split by.",
        ["fate"] = "What became of it, roughly.", ["outcome"] = "How it ended exactly, such as `QuotaExhausted`.",
        ["host"] = "Whose destination has this in it.", ["object"] = "Only of this kind of row.",
        ["delivery"] = "Which delivery.",
        ["state"] = "Only those in this state.", ["kind"] = "Only those of this kind.",
        ["code"] = "Only the one of this code.",
    };

    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var route = context.Description;
        var metadata = route.ActionDescriptor.EndpointMetadata;
        string scope = metadata.OfType<NeededScope>().FirstOrDefault() is { } needed
            ? $"Needs the scope `{TokenScopes.NameOf(needed.Scope)}`."
            : "Any token may.";
        operation.Description = operation.Description is { Length: > 0 } text ? $"{text} {scope}" : scope;
        operation.Parameters ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
            Describe(parameter, route);
        bool isVersioned = metadata.OfType<Versioned>().Any();
        AddHeaders(operation.Parameters, route.HttpMethod, isVersioned);
        if (route.HttpMethod == HttpMethods.Get && route.SupportedResponseTypes.Any(answer => answer.Type != typeof(string)))
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = ChosenFields.Parameter, In = ParameterLocation.Query,
                Description = "Members to answer, with commas between; of a list, of each of its items. Left out: all.",
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
                "Chosen by you: a request that is sent again with the same key within 24 hours is done once."));
        if (isVersioned && method != HttpMethods.Get)
            parameters.Add(Header(IfMatch, "The version that you have seen, as `ETag` said: another one is not changed."));
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
