using AtlanticProxy.Web.Api.Description;
using AtlanticProxy.Web.Api.Resources;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Api;

/// <summary>The web API: how it is put into the portal. Each resource has a file in <c>Resources/</c>.</summary>
internal static class AtlanticApi
{
    public static IServiceCollection AddAtlanticApi(this IServiceCollection services)
    {
        services.AddSingleton<TokenThrottle>().AddSingleton<ApiLimits>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.Name, null);
        services.AddAuthorization(ScopeRights.AddPolicies);
        services.Configure<JsonOptions>(json => ApiJson.Configured(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        ApiDocument.Add(services);
        return services;
    }

    /// <summary>After authorization, and after the audit log knows whose request it is.</summary>
    public static void UseApiConventions(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<ApiLimits>();
        app.UseWhen(ApiPaths.Covers, api =>
        {
            api.Use((HttpContext context, RequestDelegate next) => limits.LimitAsync(context, next));
            api.Use((HttpContext context, RequestDelegate next) => IdempotentRequests.HandleAsync(context, next));
        });
    }

    public static void MapAtlanticApi(this WebApplication app)
    {
        var v1 = app.MapGroup(ApiPaths.V1).AddEndpointFilterFactory(WholeText.Filter)
            .AddEndpointFilter(ChosenFields.ChooseAsync);
        MeApi.Map(v1);
        ProxyUserApi.Map(v1);
        ListTokenApi.Map(v1);
        ShareApi.Map(v1);
        UsageApi.Map(v1);
        MetricsApi.Map(v1);
        LocationApi.Map(v1);
        CustomerApi.Map(v1);
        CustomerChangeApi.Map(v1);
        ConnectionApi.Map(v1);
        OpenConnectionApi.Map(v1);
        WebhookApi.Map(v1);
        AuditApi.Map(v1);
        NetworkApi.Map(v1);
        RuleApi.Map(v1);
        JobApi.Map(v1);
        PlanApi.Map(v1);
        SubscriptionApi.Map(v1);
        SubscriptionChangeApi.Map(v1);
        OrderApi.Map(v1);
        WalletApi.Map(v1);
        InvoiceApi.Map(v1);
        CreditApi.Map(v1);
        CouponApi.Map(v1);
        ApiDocument.Map(app);
        ApiReference.Map(app);
    }
}
