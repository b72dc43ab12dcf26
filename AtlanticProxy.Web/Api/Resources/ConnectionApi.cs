using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>A connection that has ended: served, or refused.</summary>
/// <param name="DurationMs">From the request to its end, dialling included.</param>
/// <param name="ConnectMs">To an exit that was ready; null when none was reached, or one was open already.</param>
/// <param name="Host">Empty when there was none, or destinations are not kept; the port is 0 then.</param>
/// <param name="Country">That was asked for: ISO 3166-1 alpha-2, lower case; empty for any.</param>
/// <param name="Outcome">How it ended, as `Proxy-Status` says it.</param>
/// <param name="Reason">What that means, in a sentence.</param>
/// <param name="Detail">The token, rule or fault behind it; null when the outcome says it all.</param>
internal sealed record ConnectionBody(
    PublicId<OfProxyUser> ProxyUser, DateTimeOffset EndedAt, long DurationMs, int? ConnectMs, string ClientAddress, string Host,
    int Port, string Country, string Outcome, bool Refused, string Reason, string? Detail, long BytesUp, long BytesDown)
    : IExample<ConnectionBody>
{
    public static ConnectionBody Example => new(new(12), ExampleTime.Noon, 840, 210,
        "203.0.113.7", "example.com", 443, "us", "Completed", false, "It was served until one side closed it.", null, 1_900,
        48_000);

    public static ConnectionBody Of(ActivityRow row) => new(new(row.ProxyUserId), row.EndedAt, row.DurationMs, row.ConnectMs,
        row.ClientAddress, row.Host, row.Port, row.Country, row.Outcome, row.Refused, row.Reason, row.Detail, row.BytesUp,
        row.BytesDown);
}

/// <summary>What became of connections: the connection log of one customer, the latest first.</summary>
internal static class ConnectionApi
{
    private const string List = "connections";

    public static void Map(IEndpointRouteBuilder v1) => v1.MapGet("/connections", ListAsync)
        .Needs(TokenScope.ActivityRead).WithTags("Connections").WithName("listConnections")
        .WithSummary("List connections that have ended, newest first").Produces<ListBody<ConnectionBody>>();

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user, ActivityQueries activity, ProxyUserQueries proxyUsers, CustomerQueries customers,
        CancellationToken cancellation, int? limit = null, string? cursor = null, PublicId<OfCustomer>? customer = null,
        PublicId<OfProxyUser>? proxyUser = null, Spelled<ConnectionFate>? fate = null, string? outcome = null,
        string? host = null, string? country = null, string? from = null, string? to = null)
    {
        if (Paging.Check(limit) is { } wrong)
            return wrong;
        ActivityCursor? after = null;
        if (cursor is not null)
        {
            if (Cursor.Parse(List, cursor, numbers: 2) is not [var ticks, var id] || ticks > DateTimeOffset.MaxValue.Ticks)
                return Cursor.Invalid;
            after = new ActivityCursor(new DateTimeOffset(ticks, TimeSpan.Zero), id);
        }
        if (!ApiTime.IsAbsentOr(from, out var begin))
            return ApiTime.Invalid("from");
        if (!ApiTime.IsAbsentOr(to, out var end))
            return ApiTime.Invalid("to");
        if (AskedCustomer.Of(user, customer) is not { } whose)
            return AskedCustomer.Missing;
        if (await customers.FindAsync(user.Scope, whose, cancellation) is { IsSuccess: false } nobody)
            return ApiProblem.Of(nobody);
        if (proxyUser is { } one && await proxyUsers.FindAsync(user.Scope, one.Value, cancellation) is { IsSuccess: false } none)
            return ApiProblem.Of(none);

        int count = limit ?? Paging.DefaultLimit;
        var rows = await activity.ListAsync(user.Scope, whose,
            new ActivityFilter(fate?.Value, outcome, proxyUser?.Value, host, country?.ToLowerInvariant(), begin, end), after,
            count + 1, cancellation);
        var shown = rows.Take(count).ToList();
        return Results.Ok(new ListBody<ConnectionBody>(
            shown.ConvertAll(ConnectionBody.Of),
            rows.Count > count ? Cursor.Of(List, shown[^1].EndedAt.UtcTicks, shown[^1].Id) : null));
    }
}
