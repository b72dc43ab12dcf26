using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.Web.Features.Connections;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Usage;

/// <summary>What used a customer's traffic, and how well it went.</summary>
[Authorize(Policies.Customers), Route("/usage")]
internal sealed class UsageController(
    UsageReports usage, EndingQueries endings, TargetQueries targets, ProxyUserQueries proxyUsers, QuotaQueries quotas,
    TimeProvider time) : PortalController
{
    /// <summary>Rows of a table: what fits beside the others; the file has all.</summary>
    private const int TopRows = 20;

    /// <summary>Layers of a chart that can still be told apart by their colours.</summary>
    private const int TopLayers = 5;

    [HttpGet]
    public async Task<IActionResult> Show(
        UsageChoice choice, [FromServices] GrantQueries grants, CancellationToken cancellation)
    {
        string? unread = ModelState.Values.SelectMany(state => state.Errors).FirstOrDefault()?.ErrorMessage;
        var users = (await proxyUsers.ListAsync(User.Scope, new PageRequest(size: PageRequest.MaxSize), cancellation)).Items;
        var quota = await quotas.FindAsync(User.Scope, User.CustomerId, cancellation);
        var (filter, range) = Asked(choice, users, quota);
        ModelState.Clear(); // forms show what was made of the choice
        if (unread is not null)
            ModelState.AddModelError("", unread);

        var since = await endings.SinceAsync(cancellation);
        var series = await usage.SeriesAsync(filter, range.Span, cancellation);
        var now = await FiguresAsync(filter, range.Span, since, cancellation);
        var byUser = await usage.SharesAsync(filter, range.Span, UsageDimension.ProxyUser, TopRows, cancellation);
        var byCountry = await usage.SharesAsync(filter, range.Span, UsageDimension.Country, TopRows, cancellation);
        var stacked = choice.Stack switch
        {
            UsageDimension.ProxyUser => byUser, UsageDimension.Country => byCountry, _ => null,
        };
        return View("Usage", new UsagePage(
            choice, range, quota, users, now, await FiguresAsync(filter, range.Before, since, cancellation), since, series,
            stacked is null
                ? null
                : await usage.LayersAsync(
                    filter, range.Span, choice.Stack!.Value, [.. stacked.Take(TopLayers)], series, cancellation),
            await TablesAsync(choice, filter, range, now, byUser, byCountry, cancellation),
            [.. (await grants.ListAsync(User.Scope, User.CustomerId, cancellation))
                .Where(grant => grant.IsGood || grant.ValidFrom > time.GetUtcNow())],
            await grants.WhatNextAsync(User.Scope, User.CustomerId, cancellation)));
    }

    [HttpGet("file")]
    public async Task<IActionResult> Download(UsageChoice choice, CancellationToken cancellation)
    {
        var users = (await proxyUsers.ListAsync(User.Scope, new PageRequest(size: PageRequest.MaxSize), cancellation)).Items;
        var (filter, range) = Asked(choice, users, await quotas.FindAsync(User.Scope, User.CustomerId, cancellation));
        var rows = await usage.RowsAsync(filter, range.Span, CsvFile.MaxRows, cancellation);
        string first = Format.Iso(DateOnly.FromDateTime(range.Span.From.UtcDateTime));
        return await CsvFile.Of($"usage-{first}-by-{range.Span.Grain.ToString().ToLowerInvariant()}",
            ["from", "to", "proxy_user", "country", "bytes_up", "bytes_down", "bytes", "connections"],
            rows.Select(row => new object?[]
            {
                row.From, row.To, row.ProxyUser, row.Country, row.BytesUp, row.BytesDown, row.Bytes, row.Connections,
            }).ToAsyncEnumerable(), cancellation);
    }

    private (UsageFilter Filter, UsageRange Range) Asked(
        UsageChoice choice, IReadOnlyList<ProxyUserSummary> users, QuotaSummary? quota)
    {
        var user = users.FirstOrDefault(one => one.Name.Equals(choice.User, StringComparison.OrdinalIgnoreCase));
        choice.User = user?.Name;
        var range = UsageRanges.Of(choice, quota, time.GetUtcNow(), usage.Since, usage.HoursSince);
        choice.Range = range.Name;
        return (new UsageFilter(User.Scope, ProxyUserId: user?.Id, Country: choice.KnownCountry?.Code), range);
    }

    private async Task<UsageFigures> FiguresAsync(
        UsageFilter filter, UsageSpan span, DateTimeOffset since, CancellationToken cancellation) => new(
        await usage.TotalAsync(filter, span, cancellation), await endings.TotalAsync(filter, span, cancellation),
        await IsMeasuredAsync(filter, span, UsageSpan.StartOf(since, UsageGrain.Hour), cancellation));

    // Where nothing was used before endings were added up, nothing is missing either: so in an appliance's first days.
    private async Task<bool> IsMeasuredAsync(
        UsageFilter filter, UsageSpan span, DateTimeOffset since, CancellationToken cancellation) =>
        span.From >= usage.HoursSince && (span.From >= since
            || (await usage.TotalAsync(filter, span with { To = since < span.To ? since : span.To }, cancellation))
                .Connections == 0);

    private async Task<IReadOnlyList<UsageTable>> TablesAsync(
        UsageChoice choice, UsageFilter filter, UsageRange range, UsageFigures now, IReadOnlyList<UsageShare> byUser,
        IReadOnlyList<UsageShare> byCountry, CancellationToken cancellation)
    {
        long whole = now.Total.Bytes;
        var userEndings = await endings.ByProxyUserAsync(filter, range.Span, cancellation);
        var countryEndings = await endings.ByCountryAsync(filter, range.Span, cancellation);
        var tables = new List<UsageTable>
        {
            new("users", "Proxy users", "Proxy user",
                [.. byUser.Select(share => new UsageLine(share.Name, choice.Href(user: share.Name), share.Bytes,
                    share.Connections, userEndings.GetValueOrDefault(share.Id, EndingReport.Empty)))], whole, now.IsMeasured),
            new("countries", "Countries", "Country asked for",
                [.. byCountry.Select(share => new UsageLine(UsagePage.CountryName(share.Name),
                    share.Name.Length == 0 ? null : choice.Href(country: share.Name), share.Bytes, share.Connections,
                    countryEndings.GetValueOrDefault(share.Name, EndingReport.Empty)))], whole, now.IsMeasured),
        };
        if (targets.AreKept && filter.Country is null)
        {
            var top = await targets.TopAsync(filter, range.Span.From, TopRows, cancellation, range.Span.To);
            tables.Add(new("targets", "Targets", "Target",
                [.. top.Select(target => new UsageLine(target.Host,
                    Addresses.Of("/activity", ("host", target.Host), ("user", choice.User)), target.Bytes, target.Connections,
                    null))],
                whole, IsMeasured: false, top.Any(target => target.Error > 0)
                    ? "Whole days, UTC. These are lower bounds: a host counts while it is among the hundred largest of its day."
                    : "Whole days, UTC."));
        }
        return tables;
    }
}
