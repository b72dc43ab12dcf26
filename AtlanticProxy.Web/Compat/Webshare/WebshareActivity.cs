using System.Globalization;
using System.Security.Claims;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>A connection that has ended. Durations are seconds; what the log does not have is null.</summary>
internal sealed record WebshareRequest(
    string Timestamp, string? Protocol, decimal RequestDuration, decimal? HandshakeDuration, decimal? TunnelDuration,
    string? ErrorReason, string? ErrorReasonHowToFix, string? AuthUsername, string? ProxyAddress, long Bytes,
    string ClientAddress, string? IpAddress, string? Hostname, string? Domain, int? Port, int? ProxyPort, string? ListenAddress,
    int? ListenPort);

/// <summary>Activity: the connection log, the latest first.</summary>
internal static class WebshareActivity
{
    private const int MaxDays = 90, DefaultSize = 25, MaxSize = 500;

    private const string Last = "starting_after_id";

    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);

    public static async Task<IResult> ListAsync(
        HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, ActivityQueries activity, TimeProvider time,
        CancellationToken cancellation)
    {
        var (start, end, refusal) = WebshareTimes.Of(request, time.GetUtcNow(), Usual, MaxDays);
        if (refusal is not null)
            return refusal;
        if (!WebshareTimes.IsAbsentOr(request, "starting_after", out var after))
            return WebshareTimes.Invalid("starting_after");
        string asked = request.Query["page_size"].ToString();
        if (!int.TryParse(asked.Length == 0 ? $"{DefaultSize}" : asked, NumberStyles.None, CultureInfo.InvariantCulture,
            out int size) || size == 0)
            return WebsharePage.Invalid;
        size = Math.Min(size, MaxSize);
        long? actor = WebshareActor.NamedBy(request);
        if (actor is { } id && await proxyUsers.FindAsync(user, id, cancellation) is { IsSuccess: false } missing)
            return ApiProblem.Of(missing);

        // Webshare's own parameter is a time. Endings of one moment are told apart by the id, which our address of the next page
        // has.
        ActivityCursor? cursor = after is { } moment && long.TryParse(
            request.Query[Last], NumberStyles.None, CultureInfo.InvariantCulture, out long last) ? new(moment, last) : null;
        var filter = new ActivityFilter(
            ProxyUserId: actor, From: start, To: cursor is null && after < end ? after : end);
        var rows = await activity.ListAsync(user.Scope, user.CustomerId, filter, cursor, size + 1, cancellation);
        List<ActivityRow> shown = [.. rows.Take(size)];
        return CompatJson.Answer(new WebshareList<WebshareRequest>(shown.Count,
            rows.Count > size
                ? WebsharePage.AddressOf(request, ("starting_after", ApiTime.Of(shown[^1].EndedAt)), (Last, shown[^1].Id))
                : null,
            Previous: null, shown.ConvertAll(BodyOf)));
    }

    private static WebshareRequest BodyOf(ActivityRow row)
    {
        const decimal Thousand = 1000;
        return new WebshareRequest(
            ApiTime.Of(row.EndedAt), Protocol: null, row.DurationMs / Thousand, row.ConnectMs / Thousand,
            row.ConnectMs is { } connect ? Math.Max(row.DurationMs - connect, 0) / Thousand : null,
            row.Refused ? WebshareFailure.ReasonOf(row.Outcome) : null, row.Refused ? row.Reason : null, row.ProxyUser,
            ProxyAddress: null, row.BytesUp + row.BytesDown, row.ClientAddress, IpAddress: null,
            row.Host.Length > 0 ? row.Host : null, Domain: null,
            row.Host.Length > 0 ? row.Port : null, ProxyPort: null, ListenAddress: null, ListenPort: null);
    }
}
