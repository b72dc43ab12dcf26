using AtlanticProxy.Web.Api;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Decodo;

/// <summary>Errors of Decodo's API. Its documentation has none: a sentence, and by field what is wrong.</summary>
internal sealed class DecodoDialect : Dialect
{
    public override PathString Root => "/compat/decodo";

    protected override IReadOnlyDictionary<string, string> Fields { get; } = new Dictionary<string, string>
    {
        ["name"] = "username", ["secret"] = "password", ["limitBytes"] = "traffic_limit", ["allowedSources"] = "ips",
    };

    protected override int StatusOf(int status) => status is StatusCodes.Status409Conflict
        or StatusCodes.Status412PreconditionFailed or StatusCodes.Status422UnprocessableEntity
            ? StatusCodes.Status400BadRequest
            : status;

    protected override object BodyOf(int status, IReadOnlyList<ApiError> errors) =>
        errors.Any(error => error.Field is not null)
            ? new { message = errors[0].Detail, errors = ByField(errors.Where(error => error.Field is not null), "") }
            : new { message = errors[0].Detail };
}
