using System.Security.Claims;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Compat.Decodo;
using AtlanticProxy.Web.Compat.IpRoyal;
using AtlanticProxy.Web.Compat.Oxylabs;
using AtlanticProxy.Web.Compat.Webshare;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AtlanticProxy.Web.Compat;

/// <summary>
/// APIs of proxy vendors, on our customers and proxy users: who has written a script against a vendor changes the base address
/// and the key. Each vendor has a folder (docs/compat.md).
/// </summary>
internal static class CompatApi
{
    public static IServiceCollection AddCompatApi(this IServiceCollection services, CompatOptions options)
    {
        services.TryAddSingleton(options);
        return services
            .AddScoped<CompatProxyUsers>().AddScoped<AccountUsage>().AddScoped<WebshareSubuserAnswers>()
            .AddScoped<IpRoyalSubusers>().AddScoped<IpRoyalWhitelist>().AddScoped<IpRoyalAccess>()
            .AddScoped<OxylabsSubusers>().AddScoped<OxylabsStatistics>()
            .AddScoped<DecodoSubusers>().AddScoped<DecodoStatistics>().AddScoped<DecodoEndpoints>().AddScoped<DecodoAccount>();
    }

    public static void MapCompatApi(this WebApplication app)
    {
        WebshareApi.Map(app);
        IpRoyalApi.Map(app);
        OxylabsApi.Map(app);
        DecodoApi.Map(app);
    }

    /// <summary>A vendor's paths: for tokens of customers, and in no description of the web API.</summary>
    public static RouteGroupBuilder MapDialect(this IEndpointRouteBuilder app, PathString root)
    {
        var group = app.MapGroup(root.Value!);
        group.ExcludeFromDescription();
        group.AddEndpointFilter(async (context, next) =>
            context.HttpContext.User.IsStaff ? CustomersOnly
            : HasNul(context.HttpContext.Request) ? ApiProblem.Invalid(
                "request.text_invalid", "The address contains a NUL character.")
            : await next(context));
        return group;
    }

    /// <summary>PostgreSQL keeps none; <see cref="CompatBody"/> looks through bodies.</summary>
    private static bool HasNul(HttpRequest request) =>
        request.Query.Any(pair => pair.Value.Any(value => value!.Contains('\0', StringComparison.Ordinal)))
        || request.RouteValues.Values.Any(value => value is string text && text.Contains('\0', StringComparison.Ordinal));

    /// <summary>An operation of the vendor's that this product has nothing behind: it says so to who has a token.</summary>
    /// <param name="words">A sentence: what is not there.</param>
    public static void MapLacking(this RouteGroupBuilder group, string[] methods, string path, string words) =>
        group.MapMethods(path, methods, () => Lacking(words)).RequireAuthorization(ScopeRights.AnyToken);

    public static ApiProblem Lacking(string words) =>
        new(StatusCodes.Status501NotImplemented, new ApiError("compat.not_implemented", words));

    private static ApiProblem CustomersOnly => new(StatusCodes.Status403Forbidden, new ApiError("token.customers_only",
        "This API acts for one customer: use a token of a customer, not of the staff."));
}
