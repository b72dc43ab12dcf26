using System.Security.Claims;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>A proxy user. Its label is its name; a limit of 0 is none.</summary>
internal sealed record WebshareSubuser(
    long Id, string Label, object? ProxyCountries, decimal ProxyLimit, int? MaxThreadCount, WebshareAggregate AggregateStats,
    string CreatedAt, string? UpdatedAt, string BandwidthUseStartDate, string BandwidthUseEndDate);

/// <summary>Answers proxy users, with their usage of the running period.</summary>
internal sealed class WebshareSubuserAnswers(
    CompatProxyUsers proxyUsers, AccountUsage usage, EndingQueries endings, CompatOptions options)
{
    public async Task<IResult> OneAsync(ClaimsPrincipal user, long id, int status, CancellationToken cancellation)
    {
        var found = await proxyUsers.FindAsync(user, id, cancellation);
        if (!found.IsSuccess)
            return ApiProblem.Of(found);
        var period = await usage.ReadAsync(user, cancellation);
        var ended = await endings.TotalAsync(new(user.Scope, user.CustomerId, id), SpanOf(period), cancellation);
        return CompatJson.Answer(BodyOf(found.Value, period, ended), status);
    }

    public async Task<IReadOnlyList<WebshareSubuser>> AllAsync(
        ClaimsPrincipal user, IReadOnlyList<ProxyUserSummary> found, CancellationToken cancellation)
    {
        var period = await usage.ReadAsync(user, cancellation);
        var ended = await endings.ByProxyUserAsync(new(user.Scope, user.CustomerId), SpanOf(period), cancellation);
        return [.. found.Select(one => BodyOf(one, period, ended.GetValueOrDefault(one.Id)))];
    }

    private static UsageSpan SpanOf(AccountPeriod period) => new(period.Start, period.Now, UsageGrain.Day);

    private WebshareSubuser BodyOf(ProxyUserSummary one, AccountPeriod period, EndingReport? ended) => new(
        one.Id, one.Name, ProxyCountries: null,
        new GigabyteUnit(options.Webshare.BytesPerGb).Of(one.LimitBytes ?? 0) + 0.0m, // with a point, as floats have it there
        one.MaxConnections,
        WebshareAggregate.Of(period.BytesOf(one.Id), period.ConnectionsOf(one.Id), ended, countries: null,
            period.StartOf(one.Id), period.EndOf(one.Id), period.Now),
        ApiTime.Of(one.CreatedAt), UpdatedAt: null, ApiTime.Of(period.StartOf(one.Id)), ApiTime.Of(period.EndOf(one.Id)));
}
