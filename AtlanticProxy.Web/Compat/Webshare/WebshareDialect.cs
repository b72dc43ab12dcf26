using AtlanticProxy.Web.Api;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>
/// Errors as Webshare's API has them: by field, or a <c>detail</c>, where somebody is refused with a <c>code</c>.
/// Source: apidocs.webshare.io, "Errors".
/// </summary>
internal sealed class WebshareDialect : Dialect
{
    public override PathString Root => "/compat/webshare";

    protected override IReadOnlyDictionary<string, string> Fields { get; } = new Dictionary<string, string>
    {
        ["name"] = "label", ["secret"] = "password", ["limitBytes"] = "proxy_limit", ["maxConnections"] = "max_thread_count",
        ["allowedSources"] = "ip_address",
    };

    /// <summary>What cannot be done now is a bad request there.</summary>
    protected override int StatusOf(int status) => status is StatusCodes.Status409Conflict
        or StatusCodes.Status412PreconditionFailed or StatusCodes.Status422UnprocessableEntity
            ? StatusCodes.Status400BadRequest
            : status;

    protected override object BodyOf(int status, IReadOnlyList<ApiError> errors) =>
        StatusOf(status) == StatusCodes.Status400BadRequest ? ByField(errors, "non_field_errors")
        : status == StatusCodes.Status403Forbidden ? new { detail = errors[0].Detail, code = CodeOf(errors[0].Code) }
        : new { detail = errors[0].Detail };

    private static string CodeOf(string code) => code switch
    {
        "token.second_factor_due" => "2fa_needed",
        "token.customer_suspended" => "account_suspended",
        _ => "api_key_not_allowed",
    };
}
