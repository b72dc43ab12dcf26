using System.Text.Json;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>Says of errors where in the document they are, in place of the command's fields.</summary>
internal static class DocumentPath
{
    /// <param name="names">Where a command's fields stand in an entry, those apart that are called so there.</param>
    public static Result In(this Result refused, IReadOnlyDictionary<string, string> names) => Result.Failure(
        [.. refused.Errors.Select(error =>
            error with { Field = error.Field is { } field ? names.GetValueOrDefault(field, field) : null })]);

    /// <summary>The refusal of a value, as an error of the field that it stands in.</summary>
    public static Result AboutField(this Result refused, string code, string field) => Result.Failure(
        [.. refused.Errors.Select(error => error with { Code = code, Field = field })]);

    /// <param name="entry">As <c>plans[0]</c>.</param>
    public static Result At(this Result refused, string entry) => Result.Failure(
        [.. refused.Errors.Select(error =>
            error with { Field = error.Field is { } field
                ? $"{entry}.{JsonNamingPolicy.CamelCase.ConvertName(field)}"
                : entry })]);
}
