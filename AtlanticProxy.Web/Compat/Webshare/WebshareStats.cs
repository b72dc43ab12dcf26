using System.Security.Claims;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>An hour of usage. What is not counted by the hour here is null.</summary>
internal sealed record WebshareHour(
    string Timestamp, bool IsProjected, long BandwidthTotal, long BandwidthAverage, long RequestsTotal, long? RequestsSuccessful,
    long? RequestsFailed, IReadOnlyList<WebshareFailure> ErrorReasons, IReadOnlyDictionary<string, long> CountriesUsed,
    long? NumberOfProxiesUsed, object? ProtocolsUsed, decimal? AverageConcurrency, decimal? AverageRps,
    string? LastRequestSentAt);

/// <summary>Usage by the hour, and of a span: of the whole account, or of the proxy user that acts.</summary>
internal static class WebshareStats
{
    private const int MaxDays = 90, MaxRows = 200_000;

    /// <summary>Without a span: since Webshare's own default is not known, a day.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromDays(1);

    /// <summary>Hours without usage have no entry.</summary>
    public static async Task<IResult> ListAsync(
        HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, UsageReports reports, EndingQueries endings,
        TimeProvider time, CancellationToken cancellation)
    {
        var (filter, span, _, refusal) = await ReadAsync(request, user, proxyUsers, time, cancellation);
        if (refusal is not null)
            return refusal;
        if (span.From < reports.HoursSince)
            return ApiProblem.Invalid("compat.hours",
                $"Hours are kept since {ApiTime.Of(reports.HoursSince)}: ask for the aggregate.", "timestamp__gte");
        var rows = await reports.RowsAsync(filter, span with { Grain = UsageGrain.Hour }, MaxRows, cancellation);
        var hours = rows.GroupBy(row => row.From).OrderBy(hour => hour.Key).ToList();
        var ended = await endings.ByHourAsync(filter, span, cancellation);
        var answer = new List<WebshareHour>(hours.Count);
        foreach (var hour in hours)
        {
            var one = WebshareAggregate.Of(
                hour.Sum(row => row.Bytes), hour.Sum(row => row.Connections), ended.GetValueOrDefault(hour.Key),
                WebshareAggregate.Countries(hour.Select(row => (row.Country, row.Connections))), hour.Key, hour.Key.AddHours(1),
                time.GetUtcNow());
            answer.Add(new WebshareHour(ApiTime.Of(hour.Key), IsProjected: false, one.BandwidthTotal, one.BandwidthAverage,
                one.RequestsTotal, one.RequestsSuccessful, one.RequestsFailed, one.ErrorReasons, one.CountriesUsed!,
                one.NumberOfProxiesUsed, one.ProtocolsUsed, one.AverageConcurrency, one.AverageRps, one.LastRequestSentAt));
        }
        return CompatJson.Answer(answer);
    }

    public static async Task<IResult> AggregateAsync(
        HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, UsageReports reports, EndingQueries endings,
        TimeProvider time, CancellationToken cancellation)
    {
        var (filter, span, end, refusal) = await ReadAsync(request, user, proxyUsers, time, cancellation);
        if (refusal is not null)
            return refusal;
        var total = await reports.TotalAsync(filter, span, cancellation);
        var countries = await reports.SharesAsync(filter, span, UsageDimension.Country, MaxRows, cancellation);
        var ended = await endings.TotalAsync(filter, span, cancellation);
        return CompatJson.Answer(WebshareAggregate.Of(total.Bytes, total.Connections, ended,
            WebshareAggregate.Countries(countries.Select(one => (one.Name, one.Connections))), span.From, end,
            time.GetUtcNow()));
    }

    /// <summary>Whose usage, of which span up to now, and where that ends: it may be in the future.</summary>
    private static async Task<(UsageFilter Filter, UsageSpan Span, DateTimeOffset End, IResult? Refusal)> ReadAsync(
        HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, TimeProvider time, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var (start, end, refusal) = WebshareTimes.Of(request, now, Usual, MaxDays);
        long? actor = WebshareActor.NamedBy(request);
        if (refusal is null && actor is { } id && await proxyUsers.FindAsync(user, id, cancellation)
            is { IsSuccess: false } missing)
            refusal = ApiProblem.Of(missing);
        return (new UsageFilter(user.Scope, user.CustomerId, actor),
            new UsageSpan(start, end < now ? end : now, UsageGrain.Day), end, refusal);
    }
}
