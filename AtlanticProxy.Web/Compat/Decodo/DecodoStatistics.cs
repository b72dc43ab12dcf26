using System.Security.Claims;
using System.Text.Json.Serialization;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Decodo;

/// <summary>
/// A part of the traffic. Received is from destinations, sent is to them; null where only both together are known.
/// </summary>
internal sealed record DecodoPart(string Key, long? RxBytes, long? TxBytes, long RxTxBytes, long Requests);

/// <summary>All parts together, those on other pages too.</summary>
internal sealed record DecodoTotals(
    [property: JsonPropertyName("total_rx")] long? Rx, [property: JsonPropertyName("total_tx")] long? Tx,
    [property: JsonPropertyName("total_rx_tx")] long RxTx, long Requests);

internal sealed record DecodoMetadata(
    int TotalItems, int TotalPages, int CurrentPage, int Limit, string SortBy, string SortOrder, DecodoTotals Totals);

/// <summary>Traffic of an account, in parts.</summary>
internal sealed class DecodoStatistics(UsageReports reports, TargetQueries targets, TimeProvider time)
{
    private const int DefaultLimit = 500, MaxParts = 10_000;

    private static readonly Dictionary<string, Func<DecodoPart, object>> Orders = new(StringComparer.Ordinal)
    {
        ["grouping_key"] = part => part.Key, ["rx_bytes"] = part => part.RxBytes ?? 0, ["tx_bytes"] = part => part.TxBytes ?? 0,
        ["rx_tx_bytes"] = part => part.RxTxBytes, ["requests"] = part => part.Requests,
    };

    /// <param name="by">Null: as the body says.</param>
    public async Task<IResult> ShowAsync(CompatBody body, string? by, ClaimsPrincipal user, CancellationToken cancellation)
    {
        by ??= body.Text("groupBy") ?? "day";
        string sortBy = body.Text("sortBy") ?? "grouping_key", sortOrder = body.Text("sortOrder") ?? "asc",
            search = body.Text("search") ?? "";
        int limit = Math.Min(body.Integer("limit") ?? DefaultLimit, DefaultLimit), page = body.Integer("page") ?? 1;
        if (body.Text("proxyType") is not (null or DecodoSubusers.Residential))
            body.Refuse("proxyType", $"Only {DecodoSubusers.Residential} are sold here.");
        if (!Orders.TryGetValue(sortBy, out var order))
            body.Refuse("sortBy", $"The sortBy must be one of {string.Join(", ", Orders.Keys)}.");
        if (sortOrder is not ("asc" or "desc"))
            body.Refuse("sortOrder", "The sortOrder must be asc or desc.");
        if (limit == 0)
            body.Refuse("limit", "The limit must be at least 1.");
        if (page == 0)
            body.Refuse("page", "The page must be at least 1.");
        var span = SpanOf(body, by);
        if (body.Refusal is { } refusal)
            return refusal;
        if (by == "target" && !targets.AreKept)
            return CompatApi.Lacking("This service keeps no destinations.");

        var all = (await PartsAsync(by, new UsageFilter(user.Scope, user.CustomerId), span, cancellation))
            .Where(part => part.Key.Contains(search, StringComparison.OrdinalIgnoreCase)).ToList();
        var sorted = sortOrder == "asc" ? all.OrderBy(order!) : all.OrderByDescending(order!);
        bool isWhole = by != "target";
        var totals = new DecodoTotals(
            isWhole ? all.Sum(part => part.RxBytes) : null, isWhole ? all.Sum(part => part.TxBytes) : null,
            all.Sum(part => part.RxTxBytes), all.Sum(part => part.Requests));
        return CompatJson.Answer(new
        {
            metadata = new DecodoMetadata(
                all.Count, (all.Count + limit - 1) / limit, page, limit, sortBy, sortOrder, totals),
            data = sorted.Skip((int)Math.Min((long)(page - 1) * limit, int.MaxValue)).Take(limit).ToList(),
        });
    }

    private UsageSpan SpanOf(CompatBody body, string by)
    {
        var now = time.GetUtcNow();
        var from = Time("startDate")?.At ?? now.AddDays(-30);
        var to = Time("endDate") is { } end ? end.IsDay ? end.At.AddDays(1) : end.At : now;
        if (to > now)
            to = now;
        if (from < reports.Since)
            from = reports.Since;
        if (from >= to)
            body.Refuse("startDate", "The startDate must be before the endDate, and in the past.");
        if (by == "hour" && from < reports.HoursSince)
            body.Refuse("startDate", $"Hours are kept since {VendorClock.Utc.Day(reports.HoursSince)}: group by day.");
        if (by is not ("day" or "hour" or "target" or "country" or "proxy_user"))
            body.Refuse("groupBy", "The groupBy must be day, hour, target, country or proxy_user.");
        return new UsageSpan(from, to, by == "hour" ? UsageGrain.Hour : UsageGrain.Day);

        (DateTimeOffset At, bool IsDay)? Time(string field)
        {
            if (body.Text(field) is not { } text)
                return null;
            var read = VendorClock.Utc.Read(text);
            if (read is null)
                body.Refuse(field, $"The {field} must be such as 2026-03-02 10:00:00.");
            return read;
        }
    }

    private async Task<IReadOnlyList<DecodoPart>> PartsAsync(
        string by, UsageFilter filter, UsageSpan span, CancellationToken cancellation) => by switch
    {
        "target" => [.. (await targets.TopAsync(filter, span.From, MaxParts, cancellation, span.To))
            .Select(one => new DecodoPart(one.Host, null, null, one.Bytes, one.Connections))],
        "country" or "proxy_user" => [.. (await reports.SharesAsync(filter, span,
            by == "country" ? UsageDimension.Country : UsageDimension.ProxyUser, MaxParts, cancellation))
            .Select(one => new DecodoPart(one.Name, one.BytesDown, one.BytesUp, one.Bytes, one.Connections))],
        _ => [.. (await reports.SeriesAsync(filter, span, cancellation)).Where(one => one.Bytes + one.Connections > 0)
            .Select(one => new DecodoPart(by == "hour" ? $"{VendorClock.Utc.Hour(one.From)}:00" : VendorClock.Utc.Day(one.From),
                one.BytesDown, one.BytesUp, one.Bytes, one.Connections))],
    };
}
