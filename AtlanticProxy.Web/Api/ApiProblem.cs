using System.Text.Json;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Compat;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AtlanticProxy.Web.Api;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Code">For programs: <c>feature.reason</c>.</param>
/// <param name="Detail">A sentence in English that says what to do.</param>
/// <param name="Field">The member of the body, or the parameter, that it is about; null for none.</param>
internal sealed record ApiError(string Code, string Detail, string? Field = null)
{
    private const string IdSuffix = "Id";

    /// <summary>A field that commands call <c>PlanId</c> is <c>plan</c> in bodies: its value says that it is an id.</summary>
    public static ApiError Of(Error error) => new(
        error.Code, error.Message, error.Field is { } field ? JsonNamingPolicy.CamelCase.ConvertName(NameOf(field)) : null);

    private static string NameOf(string field) =>
        field.Length > IdSuffix.Length && field.EndsWith(IdSuffix, StringComparison.Ordinal)
            ? field[..^IdSuffix.Length]
            : field;
}

/// <summary>How every refusal is answered: <c>application/problem+json</c> (RFC 9457).</summary>
/// <param name="Errors">All that is wrong; the first one stands above, too.</param>
internal sealed record ProblemBody(
    string Title, int Status, string Code, string Detail, string? Field, IReadOnlyList<ApiError> Errors, string RequestId);

/// <summary>A refusal, as an answer; in an API of a vendor, as that vendor words it.</summary>
internal sealed class ApiProblem(int status, params IReadOnlyList<ApiError> errors) : IResult
{
    public const string MediaType = "application/problem+json";

    /// <summary>The one mapping of what a command refuses to an answer.</summary>
    public static ApiProblem Of(Result refused) =>
        new(StatusOf(refused.Errors[0].Kind), [.. refused.Errors.Select(ApiError.Of)]);

    /// <summary>A right token, of somebody whose role does not allow the operation.</summary>
    public static ApiProblem OwnerMayNot => new(StatusCodes.Status403Forbidden,
        new ApiError("token.owner_may_not", "The token's owner is not allowed to do this."));

    public static ApiProblem Invalid(string code, string detail, string? field = null) =>
        new(StatusCodes.Status400BadRequest, new ApiError(code, detail, field));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (Dialect.Of(httpContext) is { } dialect)
            return dialect.RefuseAsync(httpContext, status, errors);
        httpContext.Response.StatusCode = status;
        var body = new ProblemBody(ReasonPhrases.GetReasonPhrase(status), status, errors[0].Code, errors[0].Detail,
            errors[0].Field, errors, httpContext.TraceIdentifier);
        return httpContext.Response.WriteAsJsonAsync(body, ApiJson.Options, MediaType, httpContext.RequestAborted);
    }

    private static int StatusOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Invalid => StatusCodes.Status400BadRequest,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
    };
}
