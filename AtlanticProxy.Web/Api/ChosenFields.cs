using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Api;

/// <summary><c>fields=id,name</c>: of what is read, only these members, and of a list, of each of its items.</summary>
internal static class ChosenFields
{
    public const string Parameter = "fields";

    private const string Items = "data";

    public static async ValueTask<object?> ChooseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        object? answer = await next(context);
        var request = context.HttpContext.Request;
        if (!HttpMethods.IsGet(request.Method) || request.Query[Parameter].ToString() is not { Length: > 0 } text
            || answer is not IValueHttpResult { Value: { } value }
            || JsonSerializer.SerializeToNode(value, value.GetType(), ApiJson.Options) is not JsonObject body)
            return answer;
        string[] names = text.Split(',', StringSplitOptions.TrimEntries);
        var whole = body[Items] is JsonArray items ? items.OfType<JsonObject>().ToList() : [body];
        if (whole.Count > 0 && names.FirstOrDefault(name => !whole[0].ContainsKey(name)) is { } unknown)
            return ApiProblem.Invalid("request.field_unknown", $"Unknown member '{unknown}'. Known are "
                + $"{string.Join(", ", whole[0].Select(member => member.Key))}.", Parameter);
        foreach (var one in whole)
            foreach (string name in one.Select(member => member.Key).Except(names).ToList())
                one.Remove(name);
        return Results.Json(body, ApiJson.Options);
    }
}
