using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Compat.Decodo;
using AtlanticProxy.Web.Compat.IpRoyal;
using AtlanticProxy.Web.Compat.Oxylabs;
using AtlanticProxy.Web.Compat.Webshare;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat;

/// <summary>How one vendor's API says that something is wrong.</summary>
internal abstract class Dialect
{
    private static readonly Dialect[] All =
        [new WebshareDialect(), new IpRoyalDialect(), new OxylabsDialect(), new DecodoDialect()];

    /// <summary>Where the vendor's paths begin here.</summary>
    public abstract PathString Root { get; }

    /// <summary>What commands call a field, as the vendor calls it.</summary>
    protected abstract IReadOnlyDictionary<string, string> Fields { get; }

    /// <summary>Whose API a request is for; null: no vendor's.</summary>
    public static Dialect? Of(HttpContext context) => Array.Find(All, dialect =>
        context.Request.Path.StartsWithSegments(dialect.Root, StringComparison.OrdinalIgnoreCase));

    /// <summary>Answers a refusal of this product as the vendor would.</summary>
    public Task RefuseAsync(HttpContext context, int status, IReadOnlyList<ApiError> errors)
    {
        List<ApiError> said = [.. errors.Select(error => new ApiError(error.Code, WordsOf(error),
            error.Field is { } field ? Fields.GetValueOrDefault(field, field) : null))];
        context.Response.StatusCode = StatusOf(status);
        return context.Response.WriteAsJsonAsync(
            BodyOf(status, said), CompatJson.Options, "application/json", context.RequestAborted);
    }

    /// <param name="status">As the web API would answer it.</param>
    protected abstract int StatusOf(int status);

    /// <param name="errors">With the vendor's names of fields; one at least.</param>
    protected abstract object BodyOf(int status, IReadOnlyList<ApiError> errors);

    /// <summary>By the name of its field, all that is wrong with each.</summary>
    protected static Dictionary<string, string[]> ByField(IEnumerable<ApiError> errors, string other) =>
        errors.GroupBy(error => error.Field ?? other, StringComparer.Ordinal)
            .ToDictionary(field => field.Key, field => field.Select(error => error.Detail).ToArray(), StringComparer.Ordinal);

    private static string WordsOf(ApiError error) => error.Code switch
    {
        "request.not_found" => "This service does not have this operation.",
        "token.missing" => "Send an API token of this service as the key.",
        _ => error.Detail,
    };
}
