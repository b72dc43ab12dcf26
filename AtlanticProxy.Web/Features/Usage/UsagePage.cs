using System.Globalization;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Languages;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Usage;

/// <summary>What a range had, for its figures.</summary>
/// <param name="IsMeasured">Endings were added up during all of it.</param>
internal sealed record UsageFigures(UsageTotal Total, EndingReport Endings, bool IsMeasured)
{
    public double? Success => IsMeasured ? EndingReport.SuccessOf(Total.Connections, Endings.Refused) : null;

    public long? MedianConnectMs => IsMeasured ? Endings.MedianConnectMs : null;
}

/// <summary>A row of a table of shares.</summary>
/// <param name="Href">Where the name leads; null for nowhere.</param>
/// <param name="Endings">Null where they are not told apart so.</param>
internal sealed record UsageLine(string Name, string? Href, long Bytes, long Connections, EndingReport? Endings);

/// <summary>A table of shares, by one dimension.</summary>
/// <param name="Whole">Bytes that shares are of.</param>
/// <param name="IsMeasured">Whether success and connect times are known of the whole range.</param>
/// <param name="Note">What to know about it; null for nothing.</param>
internal sealed record UsageTable(
    string Id, Phrase Title, Phrase Column, IReadOnlyList<UsageLine> Lines, long Whole, bool IsMeasured, Phrase? Note = null);

/// <param name="Before">Of the range before.</param>
/// <param name="MeasuredSince">Success and connect times are known from then on.</param>
/// <param name="Layers">Null: both directions.</param>
/// <param name="Grants">Those that are good, or will be, in order of use.</param>
internal sealed record UsagePage(
    UsageChoice Choice, UsageRange Range, QuotaSummary? Quota, IReadOnlyList<ProxyUserSummary> ProxyUsers,
    UsageFigures Now, UsageFigures Before, DateTimeOffset MeasuredSince, IReadOnlyList<UsagePoint> Series,
    IReadOnlyList<UsageLayer>? Layers, IReadOnlyList<UsageTable> Tables, IReadOnlyList<GrantSummary> Grants, WhatNext? Next)
{
    /// <summary>The grant that the next connection draws from; null when it draws from none.</summary>
    public GrantSummary? UsedNext => Next?.Source == NextSource.Grant
        ? Grants.FirstOrDefault(grant => grant is { IsGood: true, ProxyUser: null, Left: > 0 })
        : null;

    /// <summary>How a point of the series is called, where it is not an hour: days and months are UTC.</summary>
    public string PointName(DateTimeOffset at) => Range.Span.Grain == UsageGrain.Month
        ? at.UtcDateTime.ToString("MMM yyyy", Language.Current.Culture)
        : Shell.Format.Day(at);

    public static string CountryName(string code) =>
        code.Length == 0 ? T["Any country"] : CountryNames.Of(code);

    /// <summary>A rate as it is written: whole below 90 %, one digit from there up, and 100 % only when it is all.</summary>
    public static string Percent(double? rate) => rate is not { } part
        ? "–"
        : (part * 100) switch
        {
            0 => Shell.Format.Percent("0"),
            < 1 => Shell.Format.Percent("<1"),
            < 90 and var percent => Shell.Format.Percent(Math.Floor(percent).ToString(CultureInfo.InvariantCulture)),
            var percent => Shell.Format.Percent(
                (Math.Floor(percent * 10) / 10).ToString("0.#", Language.Current.Culture)),
        };

    /// <summary>A median time, which is known to a tenth: two digits.</summary>
    public static string Connect(long? milliseconds) => milliseconds switch
    {
        null => "–",
        < 100 => $"{milliseconds} ms",
        < 1000 => $"{(milliseconds + 5) / 10 * 10} ms",
        _ => string.Create(Language.Current.Culture, $"{milliseconds / 1000.0:0.0} s"),
    };

    /// <summary>How a count changed, in percent; null where there was none before.</summary>
    public static string? Change(long now, long before)
    {
        if (before == 0)
            return null;
        double percent = Math.Round((now - before) * 100.0 / before);
        return percent switch
        {
            0 => T["unchanged"],
            > 999 => T["more than tenfold"],
            > 0 => Shell.Format.Percent(string.Create(CultureInfo.InvariantCulture, $"+{percent}")),
            _ => Shell.Format.Percent(string.Create(CultureInfo.InvariantCulture, $"−{-percent}")),
        };
    }

    /// <summary>How a rate changed, in points of percent; null where one is not known.</summary>
    public static string? Change(double? now, double? before)
    {
        if (now is not { } one || before is not { } other)
            return null;
        double points = Math.Round((one - other) * 100, 1);
        return points == 0 ? T["unchanged"] : T[$"{(points > 0 ? "+" : "−")}{Math.Abs(points):0.#} points"];
    }
}
