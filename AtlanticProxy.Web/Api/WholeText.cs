using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Api;

/// <summary>
/// Refuses text that nothing can be made of, before any operation sees it: PostgreSQL keeps no NUL, and a list of texts has no
/// null in it.
/// </summary>
internal static class WholeText
{
    public static EndpointFilterDelegate Filter(EndpointFilterFactoryContext operation, EndpointFilterDelegate next)
    {
        var parameters = operation.MethodInfo.GetParameters();
        return context =>
        {
            for (int i = 0; i < parameters.Length; i++)
                if (BrokenIn(context.Arguments[i], parameters[i].Name!) is { } field)
                    return ValueTask.FromResult<object?>(ApiProblem.Invalid("request.text_invalid",
                        $"{field} contains a null or a NUL character.", field));
            return next(context);
        };
    }

    /// <summary>The field that is broken; null: none is.</summary>
    private static string? BrokenIn(object? argument, string name) => argument switch
    {
        string text => IsWhole(text) ? null : name,
        IRequestBody body => body.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .FirstOrDefault(member => !IsWhole(member.GetValue(body)))?.Name is { } member
                ? JsonNamingPolicy.CamelCase.ConvertName(member)
                : null,
        _ => null,
    };

    private static bool IsWhole(object? value) => value switch
    {
        string text => !text.Contains('\0', StringComparison.Ordinal),
        IEnumerable<string?> texts => texts.All(text => text is not null && IsWhole(text)),
        IOptional optional => IsWhole(optional.Boxed),
        _ => true,
    };
}
