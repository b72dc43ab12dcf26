using System.Security.Claims;
using System.Text.Json;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>Sub-users: our proxy users.</summary>
internal static class WebshareSubusers
{
    public static async Task<IResult> ListAsync(
        HttpRequest request, ClaimsPrincipal user, ProxyUserQueries proxyUsers, WebshareSubuserAnswers answers,
        CancellationToken cancellation)
    {
        if (WebsharePage.Of(request) is not { } page)
            return WebsharePage.Invalid;
        var found = await proxyUsers.ListAsync(user.Scope, page.ToRequest(), cancellation, user.CustomerId);
        return page.IsBehind(found.Total)
            ? WebsharePage.Invalid
            : CompatJson.Answer(
                page.List(request, found.Total, await answers.AllAsync(user, found.Items, cancellation)));
    }

    public static async Task<IResult> CreateAsync(
        CompatBody body, ClaimsPrincipal user, CreateProxyUser create, WebshareSubuserAnswers answers, CompatOptions options,
        CancellationToken cancellation)
    {
        string? label = body.Text("label");
        if (label is null && body.Refusal is null)
            body.Refuse("label", "This field is required.");
        var (limit, threads) = Read(body, options);
        if (body.Refusal is { } refusal)
            return refusal;
        var made = await create.ExecuteAsync(
            new(user.Scope, user.CustomerId, label!, new ProxyUserLimits(threads, LimitBytes: limit)), cancellation);
        return made.IsSuccess
            ? await answers.OneAsync(user, made.Value.ProxyUserId, StatusCodes.Status201Created, cancellation)
            : ApiProblem.Of(made);
    }

    public static Task<IResult> ShowAsync(
        long id, ClaimsPrincipal user, WebshareSubuserAnswers answers, CancellationToken cancellation) =>
        answers.OneAsync(user, id, StatusCodes.Status200OK, cancellation);

    public static async Task<IResult> ChangeAsync(
        long id, CompatBody body, ClaimsPrincipal user, CompatProxyUsers proxyUsers, WebshareSubuserAnswers answers,
        CompatOptions options, CancellationToken cancellation)
    {
        var present = await proxyUsers.FindAsync(user, id, cancellation);
        if (!present.IsSuccess)
            return ApiProblem.Of(present);
        if (body.Text("label") is { } label && label != present.Value.Name)
            body.Refuse("label", "The label is the sub-user's name and cannot be changed.");
        var (limit, threads) = Read(body, options);
        if (body.Refusal is { } refusal)
            return refusal;
        var changed = await proxyUsers.ChangeAsync(user, present.Value, was => was with
        {
            LimitBytes = body.Has("proxy_limit") ? limit : was.LimitBytes,
            MaxConnections = body.Has("max_thread_count") ? threads : was.MaxConnections,
        }, secret: null, enabled: null, cancellation);
        return changed.IsSuccess
            ? await answers.OneAsync(user, id, StatusCodes.Status200OK, cancellation)
            : ApiProblem.Of(changed);
    }

    /// <summary>Another list is other exits: all sessions get new ones.</summary>
    public static async Task<IResult> RefreshAsync(
        long id, ClaimsPrincipal user, ChangeProxyUserExits change, WebshareSubuserAnswers answers,
        CancellationToken cancellation)
    {
        var done = await change.ExecuteAsync(new(user.Scope, id), cancellation);
        return done.IsSuccess
            ? await answers.OneAsync(user, id, StatusCodes.Status200OK, cancellation)
            : ApiProblem.Of(done);
    }

    /// <summary>What both writes have; null is no limit.</summary>
    private static (long? Limit, int? Threads) Read(CompatBody body, CompatOptions options)
    {
        long? limit = body.Gigabytes("proxy_limit", new GigabyteUnit(options.Webshare.BytesPerGb));
        int? threads = body.Integer("max_thread_count");
        if (body.Raw("proxy_countries") is { } countries && !IsAnyCountry(countries))
            body.Refuse("proxy_countries", "Sub-users are not limited to countries. Choose a country in the proxy username.");
        if (body.Raw("bandwidth_use_start_date") is not null)
            body.Refuse("bandwidth_use_start_date", "Limits reset with each billing period. Another start is not supported.");
        return (limit == 0 ? null : limit, threads);
    }

    private static bool IsAnyCountry(JsonElement countries) => countries.ValueKind == JsonValueKind.Object
        && countries.EnumerateObject().All(country => country.NameEquals("ZZ"));
}
