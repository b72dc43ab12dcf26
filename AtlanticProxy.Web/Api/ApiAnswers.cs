using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Database;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Web.Api;

/// <summary>
/// What the API answers where no operation does: every refusal and every fault is a problem in JSON, and no page. Each answer has
/// the id of its request, which the log has, too.
/// </summary>
internal static partial class ApiAnswers
{
    public const string RequestId = "X-Request-Id";

    /// <summary>Seconds: the host tries the database more often than that.</summary>
    private const string OutageRetry = "10";

    /// <summary>After the pages of errors, which are switched off here, and before all that refuses.</summary>
    public static void UseApiAnswers(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ApiAnswers));
        app.Use(async (context, next) =>
        {
            if (!ApiPaths.Covers(context))
            {
                await next(context);
                return;
            }
            if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
                pages.Enabled = false;
            context.Response.Headers[RequestId] = context.TraceIdentifier;
            try
            {
                await next(context);
            }
            catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
            {
                await new ApiProblem(refused.StatusCode, ErrorOf(refused)).ExecuteAsync(context);
            }
            catch (Exception fault) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
            {
                Failed(log, fault, context.Request.Method, context.Request.Path, context.TraceIdentifier);
                context.Response.ContentType = null;
                context.Response.StatusCode = DatabaseOutage.Caused(fault)
                    ? StatusCodes.Status503ServiceUnavailable
                    : StatusCodes.Status500InternalServerError;
            }
            int status = context.Response.StatusCode;
            if (!context.Response.HasStarted && context.Response.ContentType is null
                && status >= StatusCodes.Status400BadRequest)
            {
                if (status == StatusCodes.Status503ServiceUnavailable)
                    context.Response.Headers.RetryAfter = OutageRetry;
                await new ApiProblem(status, GeneralOf(status)).ExecuteAsync(context);
            }
            if (!HttpMethods.IsGet(context.Request.Method))
                Answered(log, context.User.FindFirst(BearerHandler.TokenClaim)?.Value, context.Request.Method,
                    (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText, status, context.TraceIdentifier);
        });
    }

    /// <summary>By what the framework says of a parameter or body that it cannot read: tests hold its words.</summary>
    private static ApiError ErrorOf(BadHttpRequestException refused)
    {
        if (refused.StatusCode != StatusCodes.Status400BadRequest)
            return GeneralOf(refused.StatusCode);
        if (UnreadParameter().Match(refused.Message) is { Success: true } match)
            return new ApiError("request.parameter_invalid", $"{match.Groups[1].Value} must not be '{match.Groups[2].Value}'.",
                match.Groups[1].Value);
        return refused.InnerException is System.Text.Json.JsonException unread
            ? OfBody(unread)
            : new ApiError("request.invalid", "The request is incomplete or cannot be read.");
    }

    private static ApiError OfBody(System.Text.Json.JsonException unread) =>
        UnknownMember().Match(unread.Message) is { Success: true } unknown
            ? new ApiError("request.body_invalid", $"Unknown member {unknown.Groups[1].Value}.", unknown.Groups[1].Value)
            : new ApiError("request.body_invalid", "The body is not valid JSON for this operation.",
                unread.Path is { Length: > 2 } path ? path[2..] : null);

    private static ApiError GeneralOf(int status) => status switch
    {
        StatusCodes.Status404NotFound =>
            new("request.not_found", "Unknown operation. See /api/v1/openapi.json for all operations."),
        StatusCodes.Status405MethodNotAllowed => new("request.method_not_allowed", "This address does not support this method."),
        StatusCodes.Status413PayloadTooLarge => new("request.too_large", "The body is larger than 10 MB."),
        StatusCodes.Status415UnsupportedMediaType => new("request.not_json", "Send JSON: Content-Type: application/json."),
        StatusCodes.Status503ServiceUnavailable =>
            new("service.database_away", "The database is unavailable. Try again in a moment. Running proxies are not affected."),
        >= 500 => new("service.fault", "An internal error occurred. It was logged under this request's id."),
        _ => new("request.refused", $"{ReasonPhrases.GetReasonPhrase(status)}."),
    };

    [GeneratedRegex("^Failed to bind parameter \"\\S+ (\\w+)\" from \"(.*)\"\\.$", RegexOptions.Singleline)]
    private static partial Regex UnreadParameter();

    [GeneratedRegex("The JSON property '(\\w+)' could not be mapped")]
    private static partial Regex UnknownMember();

    [LoggerMessage(3011, LogLevel.Information, "Token {Token}: {Method} {Route}: {Status} (request {Request})")]
    private static partial void Answered(ILogger log, string? token, string method, string? route, int status, string request);

    [LoggerMessage(3012, LogLevel.Error, "{Method} {Path} failed (request {Request})")]
    private static partial void Failed(ILogger log, Exception fault, string method, PathString path, string request);
}
