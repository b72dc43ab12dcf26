using AtlanticProxy.Web.Api;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.IpRoyal;

/// <summary>
/// Errors of IPRoyal's API. Its documentation has none: the form is Laravel's, which its lists have, too.
/// </summary>
internal sealed class IpRoyalDialect : Dialect
{
    public override PathString Root => "/compat/iproyal";

    protected override IReadOnlyDictionary<string, string> Fields { get; } = new Dictionary<string, string>
    {
        ["name"] = "username", ["secret"] = "password", ["limitBytes"] = "traffic", ["bytes"] = "traffic",
        ["allowedSources"] = "ip",
    };

    /// <summary>What is wrong in itself and what cannot be done now are one there.</summary>
    protected override int StatusOf(int status) => status is StatusCodes.Status400BadRequest or StatusCodes.Status409Conflict
        or StatusCodes.Status412PreconditionFailed
            ? StatusCodes.Status422UnprocessableEntity
            : status;

    protected override object BodyOf(int status, IReadOnlyList<ApiError> errors) =>
        StatusOf(status) == StatusCodes.Status422UnprocessableEntity && errors.Any(error => error.Field is not null)
            ? new { message = errors[0].Detail, errors = ByField(errors.Where(error => error.Field is not null), "") }
            : new { message = errors[0].Detail };
}
