using System.Security.Claims;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>How a proxy user is reached, and what its list is like. What there is no setting for is null.</summary>
internal static class WebshareConfig
{
    /// <summary>What an account cannot set of its proxy users here.</summary>
    private static readonly string[] NotHere =
    [
        "request_timeout", "request_idle_timeout", "ip_authorization_country_codes", "ip_authorization_city",
        "ip_authorization_asn", "auto_replace_invalid_proxies", "auto_replace_low_country_confidence_proxies",
        "auto_replace_out_of_rotation_proxies", "auto_replace_failed_site_check_proxies",
    ];

    public static Task<IResult> ShowAsync(
        HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, CancellationToken cancellation) =>
        OfActorAsync(request, user, proxyUsers, _ => Task.FromResult(Settings()), cancellation);

    public static Task<IResult> StatusAsync(
        HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, UsageReports reports, TimeProvider time,
        CancellationToken cancellation) => OfActorAsync(request, user, proxyUsers,
            actor => StateAsync(actor, user, proxyUsers, reports, time, cancellation), cancellation);

    public static Task<IResult> ShowWholeAsync(
        HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, UsageReports reports, TimeProvider time,
        CancellationToken cancellation) => OfActorAsync(request, user, proxyUsers,
            actor => WholeAsync(actor, user, proxyUsers, reports, time, cancellation), cancellation);

    private static async Task<IResult> OfActorAsync(
        HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers,
        Func<ProxyUserSummary, Task<Dictionary<string, object?>>> answer, CancellationToken cancellation)
    {
        var actor = await WebshareActor.FindAsync(request, user, proxyUsers, cancellation);
        return actor.IsSuccess ? CompatJson.Answer(await answer(actor.Value)) : ApiProblem.Of(actor);
    }

    /// <summary>Changes the password: nothing else of this can be changed here.</summary>
    public static async Task<IResult> ChangeAsync(
        CompatBody body, HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, UsageReports reports,
        TimeProvider time, CancellationToken cancellation)
    {
        var actor = await WebshareActor.FindAsync(request, user, proxyUsers, cancellation);
        if (!actor.IsSuccess)
            return ApiProblem.Of(actor);
        if (body.Text("username") is { } name && name != actor.Value.Name)
            body.Refuse("username", "The name of a sub-user cannot be changed.");
        foreach (string field in NotHere)
            if (body.Raw(field) is not null)
                body.Refuse(field, "This cannot be set here.");
        string? secret = body.Text("password");
        if (body.Refusal is { } refusal)
            return refusal;
        var changed = await proxyUsers.ChangeAsync(user, actor.Value, limits: null, secret, enabled: null, cancellation);
        return changed.IsSuccess
            ? CompatJson.Answer(await WholeAsync(changed.Value, user, proxyUsers, reports, time, cancellation))
            : ApiProblem.Of(changed);
    }

    private static Dictionary<string, object?> Settings()
    {
        var settings = NotHere.ToDictionary(field => field, _ => (object?)null, StringComparer.Ordinal);
        settings["proxy_list_download_token"] = null; // links of lists are made in the portal, and shown once
        return settings;
    }

    private static async Task<Dictionary<string, object?>> StateAsync(
        ProxyUserSummary actor, ClaimsPrincipal user, CompatProxyUsers proxyUsers, UsageReports reports, TimeProvider time,
        CancellationToken cancellation)
    {
        var used = await reports.TotalAsync(new UsageFilter(user.Scope, user.CustomerId, actor.Id),
            new UsageSpan(reports.Since, time.GetUtcNow(), UsageGrain.Day), cancellation);
        return new(StringComparer.Ordinal)
        {
            ["state"] = "completed",
            ["countries"] = new Dictionary<string, int> { ["ZZ"] = WebshareProxies.Listed },
            ["unallocated_countries"] = new Dictionary<string, int>(),
            ["username"] = actor.Name,
            ["password"] = await proxyUsers.SecretAsync(user, actor.Id, cancellation),
            ["is_proxy_used"] = used.Connections > 0,
        };
    }

    private static async Task<Dictionary<string, object?>> WholeAsync(
        ProxyUserSummary actor, ClaimsPrincipal user, CompatProxyUsers proxyUsers, UsageReports reports, TimeProvider time,
        CancellationToken cancellation)
    {
        var whole = new Dictionary<string, object?>(StringComparer.Ordinal) { ["id"] = actor.Id };
        foreach (var (field, value) in await StateAsync(actor, user, proxyUsers, reports, time, cancellation))
            whole[field] = value;
        foreach (var (field, value) in Settings())
            whole[field] = value;
        whole["created_at"] = ApiTime.Of(actor.CreatedAt);
        whole["updated_at"] = null;
        return whole;
    }
}
