using System.Security.Claims;
using System.Text.Json.Serialization;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>Bytes are what was relayed after admission, as the client saw them.</summary>
internal sealed record UsageFigures(long BytesUp, long BytesDown, long Bytes, long Connections);

/// <summary>A span of time, or one's part of the whole span. What does not apply is left out.</summary>
/// <param name="Key">Of whom it is: an id (<c>pu_…</c>, <c>cus_…</c>, <c>prv_…</c>), or a country's code; empty where that is not
/// known, or no country was asked for.</param>
internal sealed record UsageEntry(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? From,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? To,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Key,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    long BytesUp, long BytesDown, long Bytes, long Connections);

/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
internal sealed record UsageBody(
    DateTimeOffset From, DateTimeOffset To, string By, UsageFigures Total, IReadOnlyList<UsageEntry> Data) : IExample<UsageBody>
{
    private static readonly DateTimeOffset Day = new(2026, 11, 28, 0, 0, 0, TimeSpan.Zero);

    public static UsageBody Example => new(Day, Day.AddDays(1), "day", new UsageFigures(1_200_000, 48_000_000, 49_200_000, 340),
        [new UsageEntry(Day, Day.AddDays(1), null, null, 1_200_000, 48_000_000, 49_200_000, 340)]);
}

/// <summary>What was used: by time, or by whom.</summary>
internal static class UsageApi
{
    private const int DefaultDays = 30, MaxPoints = 750, MaxShares = 1000;

    private static readonly Dictionary<string, UsageGrain> Grains = new(StringComparer.Ordinal)
    {
        ["hour"] = UsageGrain.Hour, ["day"] = UsageGrain.Day, ["month"] = UsageGrain.Month,
    };

    /// <summary>What usage can be split by, and whether only staff may: providers are their business.</summary>
    private static readonly Dictionary<string, (UsageDimension Dimension, bool StaffOnly)> Dimensions =
        new(StringComparer.Ordinal)
        {
            ["proxy_user"] = (UsageDimension.ProxyUser, false), ["country"] = (UsageDimension.Country, false),
            ["customer"] = (UsageDimension.Customer, true), ["provider"] = (UsageDimension.Provider, true),
        };

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/usage", ShowAsync)
        .Needs(TokenScope.UsageRead).WithTags("Usage").WithName("getUsage").Produces<UsageBody>()
        .WithSummary("Show usage by time, proxy user or country");

    private static async Task<IResult> ShowAsync(
        ClaimsPrincipal user, UsageReports reports, ProxyUserQueries proxyUsers, CustomerQueries customers, TimeProvider time,
        CancellationToken cancellation, string? from = null, string? to = null, string by = "day",
        PublicId<OfProxyUser>? proxyUser = null, PublicId<OfCustomer>? customer = null, string? country = null)
    {
        if (!ApiTime.IsAbsentOr(from, out var begin))
            return ApiTime.Invalid("from");
        if (!ApiTime.IsAbsentOr(to, out var finish))
            return ApiTime.Invalid("to");
        var end = finish ?? time.GetUtcNow();
        var grain = Grains.GetValueOrDefault(by, UsageGrain.Day);
        var span = new UsageSpan(begin ?? end.AddDays(-DefaultDays), end, grain);
        bool isSplit = Dimensions.TryGetValue(by, out var split) && (user.IsStaff || !split.StaffOnly);
        if (!Grains.ContainsKey(by) && !isSplit)
            return ApiProblem.Invalid("usage.by_invalid", "by must be hour, day, month, proxy_user or country"
                + (user.IsStaff ? ", customer or provider." : "."), "by");
        if (span.From >= span.To)
            return ApiProblem.Invalid("usage.range_invalid", "from must be before to.", "from");
        if (!isSplit && span.Points.Take(MaxPoints + 1).Count() > MaxPoints)
            return ApiProblem.Invalid("usage.range_too_long", $"At most {MaxPoints} points: choose a longer one, or a shorter "
                + "range.", "by");
        if (grain == UsageGrain.Hour && !isSplit && span.From < reports.HoursSince)
            return ApiProblem.Invalid("usage.hours_gone",
                $"Hours are kept since {ApiTime.Of(reports.HoursSince)}: ask for days.", "from");

        if (proxyUser is { } one && await proxyUsers.FindAsync(user.Scope, one.Value, cancellation)
            is { IsSuccess: false } missing)
            return ApiProblem.Of(missing);
        if (customer is { } whose && await customers.FindAsync(user.Scope, whose.Value, cancellation)
            is { IsSuccess: false } nobody)
            return ApiProblem.Of(nobody);
        var filter = new UsageFilter(user.Scope, customer?.Value, proxyUser?.Value, Country: country?.ToLowerInvariant());
        var total = await reports.TotalAsync(filter, span, cancellation);
        IReadOnlyList<UsageEntry> data = isSplit
            ? [.. (await reports.SharesAsync(filter, span, split.Dimension, MaxShares, cancellation))
                .Select(share => EntryOf(share, split.Dimension))]
            : [.. (await reports.SeriesAsync(filter, span, cancellation)).Select(point => new UsageEntry(
                point.From, span.Next(point.From), null, null, point.BytesUp, point.BytesDown, point.Bytes, point.Connections))];
        return Results.Ok(new UsageBody(span.From, span.To, by,
            new UsageFigures(total.BytesUp, total.BytesDown, total.Bytes, total.Connections), data));
    }

    private static UsageEntry EntryOf(UsageShare share, UsageDimension by) => new(null, null,
        by == UsageDimension.Country ? share.Name : share.Id == 0 ? "" : KeyOf(share.Id, by),
        by == UsageDimension.Country ? null : share.Name, share.BytesUp, share.BytesDown, share.Bytes, share.Connections);

    private static string KeyOf(long id, UsageDimension by) => by switch
    {
        UsageDimension.ProxyUser => new PublicId<OfProxyUser>(id).ToString(),
        UsageDimension.Customer => new PublicId<OfCustomer>(id).ToString(),
        UsageDimension.Provider => new PublicId<OfProvider>(id).ToString(),
        _ => throw new ArgumentOutOfRangeException(nameof(by)),
    };
}
