using System.Globalization;
using System.Security.Claims;
using System.Text;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>
/// A customer's own usage for its monitoring, in Prometheus' text format 0.0.4. Counters begin again with each month (UTC), as
/// counters may: rates come out right.
/// </summary>
internal static class MetricsApi
{
    private const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>More proxy users than that are one too many for labels.</summary>
    private const int MaxProxyUsers = 1000;

    public static void Map(IEndpointRouteBuilder v1) => v1.MapGet("/metrics", ShowAsync)
        .Needs(TokenScope.UsageRead).WithTags("Usage").WithName("getMetrics")
        .WithSummary("Show this month's usage and outcomes, and the traffic left, for Prometheus")
        .Produces<string>(contentType: "text/plain");

    private static async Task<IResult> ShowAsync(
        ClaimsPrincipal user, UsageReports reports, EndingQueries endings, QuotaQueries quotas, CustomerQueries customers,
        TimeProvider time, CancellationToken cancellation, PublicId<OfCustomer>? customer = null)
    {
        if (AskedCustomer.Of(user, customer) is not { } whose)
            return AskedCustomer.Missing;
        if (await customers.FindAsync(user.Scope, whose, cancellation) is { IsSuccess: false } nobody)
            return ApiProblem.Of(nobody);
        var now = time.GetUtcNow();
        var span = new UsageSpan(UsageSpan.StartOf(now, UsageGrain.Month), now, UsageGrain.Day);
        var filter = new UsageFilter(user.Scope, whose);
        var shares = await reports.SharesAsync(filter, span, UsageDimension.ProxyUser, MaxProxyUsers, cancellation);
        var ended = (await endings.TotalAsync(filter, span, cancellation)).Endings;
        var quota = await quotas.FindAsync(user.Scope, whose, cancellation);

        var text = new StringBuilder();
        Add(text, "proxy_bytes_total", "counter", "Bytes relayed since the month began.", shares.SelectMany(share => new[]
        {
            ($"proxy_user=\"{share.Name}\",direction=\"up\"", share.BytesUp),
            ($"proxy_user=\"{share.Name}\",direction=\"down\"", share.BytesDown),
        }));
        Add(text, "proxy_connections_total", "counter", "Connections served since the month began.",
            shares.Select(share => ($"proxy_user=\"{share.Name}\"", share.Connections)));
        Add(text, "proxy_endings_total", "counter", "Connections since the month began, by how they ended.",
            ended.Select(ending => (
                $"outcome=\"{ending.Outcome}\",refused=\"{(ending.Refused ? "true" : "false")}\"", ending.Connections)));
        if (quota is { InMinutes: false, FromWallet: false })
            Add(text, "proxy_bytes_left", "gauge", "Bytes left of what was bought.", [("", quota.Left)]);
        return Results.Text(text.ToString(), MediaType);
    }

    /// <summary>Names of proxy users and outcomes are letters and digits: nothing to escape.</summary>
    private static void Add(
        StringBuilder text, string name, string type, string help, IEnumerable<(string Labels, long Value)> samples)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
        foreach (var (labels, value) in samples)
            text.Append(CultureInfo.InvariantCulture, $"{name}{(labels.Length > 0 ? $"{{{labels}}}" : "")} {value}\n");
    }
}
