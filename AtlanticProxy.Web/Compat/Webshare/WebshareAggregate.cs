using System.Text.Json;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Web.Features.Connections;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>Why connections failed.</summary>
/// <param name="Type"><c>configuration</c>: the client can mend it; <c>connection</c>: it cannot.</param>
internal sealed record WebshareFailure(string Reason, string Type, string HowToFix, int? HttpStatus, long Count)
{
    /// <summary>Of endings, those that were refused.</summary>
    public static IReadOnlyList<WebshareFailure> Of(EndingReport? report) =>
    [
        .. (report ?? EndingReport.Empty).Endings.Where(ending => ending.Refused).Select(ending => new WebshareFailure(
            ReasonOf(ending.Outcome),
            EndingSides.Of(ending.Outcome) == EndingSide.Client ? "configuration" : "connection",
            Enum.TryParse<ConnectionOutcome>(ending.Outcome, out var outcome) ? OutcomeReason.Of(outcome).ToString() : "",
            HttpStatus: null, ending.Connections)),
    ];

    public static string ReasonOf(string outcome) => JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome);
}

/// <summary>Usage of a span. What is not counted here is null.</summary>
/// <param name="BandwidthProjected">Bytes by the end of the span, if it goes on like this.</param>
/// <param name="RequestsSuccessful">Connections that were opened.</param>
/// <param name="CountriesUsed">Connections by the country that was asked for, <c>ZZ</c> for any.</param>
internal sealed record WebshareAggregate(
    long BandwidthProjected, long BandwidthTotal, long BandwidthAverage, long RequestsTotal, long RequestsSuccessful,
    long RequestsFailed, IReadOnlyList<WebshareFailure> ErrorReasons, IReadOnlyDictionary<string, long>? CountriesUsed,
    long? NumberOfProxiesUsed, object? ProtocolsUsed, decimal? AverageConcurrency, decimal? AverageRps,
    string? LastRequestSentAt)
{
    private const int RateDigits = 6;

    /// <param name="end">In the future, it is projected.</param>
    public static WebshareAggregate Of(
        long bytes, long opened, EndingReport? endings, IReadOnlyDictionary<string, long>? countries, DateTimeOffset start,
        DateTimeOffset end, DateTimeOffset now)
    {
        long failed = endings?.Refused ?? 0;
        var passed = (now < end ? now : end) - start;
        decimal share = passed <= TimeSpan.Zero || now >= end ? 1 : (decimal)(end - start).Ticks / passed.Ticks;
        return new WebshareAggregate(
            (long)Math.Min(bytes * share, long.MaxValue), bytes, opened == 0 ? 0 : bytes / opened, opened + failed, opened,
            failed, WebshareFailure.Of(endings), countries, NumberOfProxiesUsed: null, ProtocolsUsed: null,
            AverageConcurrency: null,
            passed <= TimeSpan.Zero ? null : Math.Round((opened + failed) / (decimal)passed.TotalSeconds, RateDigits),
            LastRequestSentAt: null);
    }

    /// <summary>Codes as Webshare writes them.</summary>
    public static IReadOnlyDictionary<string, long> Countries(IEnumerable<(string Country, long Connections)> parts) =>
        parts.GroupBy(part => part.Country.Length == 0 ? "ZZ" : part.Country.ToUpperInvariant(), StringComparer.Ordinal)
            .ToDictionary(part => part.Key, part => part.Sum(one => one.Connections), StringComparer.Ordinal);
}
