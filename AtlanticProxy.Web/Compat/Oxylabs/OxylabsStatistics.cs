using System.Security.Claims;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Oxylabs;

/// <summary>A day's traffic, or an hour's.</summary>
/// <param name="Date"><c>2026-03-02</c>, or <c>2026-03-02 10</c>.</param>
internal sealed record OxylabsPoint(string Date, decimal Traffic);

internal sealed record OxylabsTarget(string Target, decimal Traffic, long Requests);

/// <summary>What proxy users moved. Traffic is GB.</summary>
internal sealed class OxylabsStatistics(
    CompatProxyUsers proxyUsers, UsageReports reports, TargetQueries targets, CompatOptions options, TimeProvider time)
{
    private const int Week = 7, Month = 30, MaxTargets = 1000;

    /// <summary>Longer spans have days.</summary>
    private static readonly TimeSpan MostHours = TimeSpan.FromDays(Week);

    private GigabyteUnit Unit => new(options.Oxylabs.BytesPerGb);

    /// <summary>Traffic of a period, by day; by hour where that was asked for. What is empty has no entry.</summary>
    public async Task<IResult> TrafficAsync(long id, HttpRequest request, ClaimsPrincipal user, CancellationToken cancellation)
    {
        if (await proxyUsers.FindAsync(user, id, cancellation) is { IsSuccess: false } missing)
            return ApiProblem.Of(missing);
        if (VendorClock.Of(request.Query["time_zone"].ToString()) is not { } clock)
            return Invalid("time_zone", "there is no such zone.");
        var now = time.GetUtcNow();
        string type = request.Query["type"].ToString();
        if (type == "custom")
            return await CustomAsync(id, request, user, clock, cancellation);
        var today = clock.DayOf(now);
        return type switch
        {
            "24h" => await AnswerAsync(id, user, clock, now.AddHours(-23), now, byHour: true, cancellation),
            "week" => await AnswerAsync(id, user, clock, clock.DaysAfter(today, 1 - Week), now, byHour: false, cancellation),
            "month" => await AnswerAsync(id, user, clock, clock.DaysAfter(today, 1 - Month), now, byHour: false, cancellation),
            "current_month" or "" => await AnswerAsync(id, user, clock, clock.MonthOf(now), now, byHour: false, cancellation),
            "lifetime" => Invalid("type", "no proxy user has a lifetime limit here."),
            _ => Invalid("type", "must be 24h, week, month, current_month or custom."),
        };
    }

    public async Task<IResult> TargetsAsync(long id, HttpRequest request, ClaimsPrincipal user, CancellationToken cancellation)
    {
        if (await proxyUsers.FindAsync(user, id, cancellation) is { IsSuccess: false } missing)
            return ApiProblem.Of(missing);
        if (VendorClock.Utc.Read(request.Query["date"].ToString()) is not { IsDay: true, At: var day })
            return Invalid("date", "must be a day such as 2026-03-02.");
        var today = VendorClock.Utc.DayOf(time.GetUtcNow());
        if (day > today || day < today.AddDays(1 - Month))
            return Invalid("date", $"must be one of the last {Month} days.");
        if (!targets.AreKept)
            return CompatApi.Lacking("This service keeps no destinations.");
        var top = await targets.TopAsync(
            new UsageFilter(user.Scope, user.CustomerId, id), day, MaxTargets, cancellation, day.AddDays(1));
        return CompatJson.Answer(new
        {
            traffic = Unit.Of(top.Sum(one => one.Bytes)), requests = top.Sum(one => one.Connections),
            results = top.Select(one => new OxylabsTarget(one.Host, Unit.Of(one.Bytes), one.Connections)).ToList(),
        });
    }

    /// <summary>The whole account, this month.</summary>
    public async Task<IResult> AccountAsync(ClaimsPrincipal user, CancellationToken cancellation)
    {
        var clock = VendorClock.Utc;
        var now = time.GetUtcNow();
        var month = clock.MonthOf(now);
        var total = await reports.TotalAsync(new UsageFilter(user.Scope, user.CustomerId),
            new UsageSpan(month, now, UsageGrain.Day), cancellation);
        return CompatJson.Answer(new
        {
            traffic = Unit.Of(total.Bytes), date_from = clock.Day(month), date_to = clock.Day(month.AddMonths(1).AddDays(-1)),
        });
    }

    private async Task<IResult> CustomAsync(
        long id, HttpRequest request, ClaimsPrincipal user, VendorClock clock, CancellationToken cancellation)
    {
        if (clock.Read(request.Query["date_from"].ToString()) is not { } from)
            return Invalid("date_from", "must be a day such as 2026-03-02, or an hour such as 2026-03-02 10.");
        if (clock.Read(request.Query["date_to"].ToString()) is not { } to)
            return Invalid("date_to", "must be a day such as 2026-03-02, or an hour such as 2026-03-02 10.");
        bool byHour = !from.IsDay || !to.IsDay;
        var end = to.IsDay ? clock.DaysAfter(to.At, 1) : to.At.AddHours(1);
        if (from.At >= end)
            return Invalid("date_from", "must not be after date_to.");
        if (byHour && end - from.At > MostHours)
            return Invalid("date_from", $"hours can be told of at most {Week} days.");
        return await AnswerAsync(id, user, clock, from.At, end, byHour, cancellation);
    }

    private async Task<IResult> AnswerAsync(
        long id, ClaimsPrincipal user, VendorClock clock, DateTimeOffset from, DateTimeOffset to, bool byHour,
        CancellationToken cancellation)
    {
        if (from < reports.Since)
            from = reports.Since;
        if (byHour && from < reports.HoursSince || !clock.Reaches(from, reports))
            return Invalid("date_from", "is before the hours that are kept: ask for days, in UTC.");
        var now = time.GetUtcNow();
        if (to > now)
            to = now;
        var span = new UsageSpan(from, to, from >= reports.HoursSince ? UsageGrain.Hour : UsageGrain.Day);
        var points = from >= to ? []
            : await reports.SeriesAsync(new UsageFilter(user.Scope, user.CustomerId, id), span, cancellation);
        return CompatJson.Answer(new
        {
            traffic = Unit.Of(points.Sum(point => point.Bytes)),
            results = points.Where(point => point.Bytes > 0)
                .GroupBy(point => byHour ? clock.Hour(point.From) : clock.Day(point.From), StringComparer.Ordinal)
                .Select(group => new OxylabsPoint(group.Key, Unit.Of(group.Sum(point => point.Bytes)))).ToList(),
        });
    }

    private static ApiProblem Invalid(string field, string words) => ApiProblem.Invalid("compat.parameter", words, field);
}
