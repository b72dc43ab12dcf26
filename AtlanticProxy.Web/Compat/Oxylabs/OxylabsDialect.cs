using AtlanticProxy.Web.Api;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Oxylabs;

/// <summary>Errors of Oxylabs' residential API: one sentence.</summary>
internal sealed class OxylabsDialect : Dialect
{
    public override PathString Root => "/compat/oxylabs";

    protected override IReadOnlyDictionary<string, string> Fields { get; } = new Dictionary<string, string>
    {
        ["name"] = "username", ["secret"] = "password", ["limitBytes"] = "traffic_limit",
    };

    /// <summary>What is there already is a bad request there.</summary>
    protected override int StatusOf(int status) => status is StatusCodes.Status409Conflict
        or StatusCodes.Status412PreconditionFailed or StatusCodes.Status422UnprocessableEntity
            ? StatusCodes.Status400BadRequest
            : status;

    protected override object BodyOf(int status, IReadOnlyList<ApiError> errors) => new
    {
        error = errors[0].Field is { } field ? $"{field}: {errors[0].Detail}" : errors[0].Detail,
    };
}
