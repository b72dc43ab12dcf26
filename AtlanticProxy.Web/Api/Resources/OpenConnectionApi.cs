using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>A connection that is carried now.</summary>
/// <param name="Host">Where to; empty for datagrams, of which each has its own. The port is 0 then.</param>
/// <param name="Country">That was asked for: ISO 3166-1 alpha-2, lower case; empty for any.</param>
/// <param name="OpenForMs">Since its request was read.</param>
/// <param name="BytesPerSecond">In both directions together.</param>
internal sealed record OpenConnectionBody(
    PublicId<OfProxyUser> ProxyUser, string Name, string ClientAddress, string Host, int Port, string Country, long OpenForMs,
    long BytesUp, long BytesDown, long BytesPerSecond) : IExample<OpenConnectionBody>
{
    public static OpenConnectionBody Example => new(
        new(12), "alice", "203.0.113.7", "example.com", 443, "us", 84_000, 1_900, 48_000, 640);

    public static OpenConnectionBody Of(OpenConnection one) => new(new(one.ProxyUserId), one.ProxyUser, $"{one.ClientAddress}",
        one.Host, one.Port, one.Country, (long)one.Age.TotalMilliseconds, one.BytesUp, one.BytesDown, one.Speed);
}

/// <param name="Total">How many there are; <c>data</c> has the fastest or longest of them.</param>
internal sealed record OpenConnectionsBody(IReadOnlyList<OpenConnectionBody> Data, int Total) : IExample<OpenConnectionsBody>
{
    public static OpenConnectionsBody Example => new([OpenConnectionBody.Example], 1);
}

/// <summary>What of a customer's passes through this node at this moment.</summary>
internal static class OpenConnectionApi
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapGet("/connections/open", ListAsync)
        .Needs(TokenScope.ActivityRead).WithTags("Connections").WithName("listOpenConnections")
        .WithSummary("List connections that are open now").Produces<OpenConnectionsBody>()
        .Produces<ProblemBody>(StatusCodes.Status503ServiceUnavailable, ApiProblem.MediaType);

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user, ILiveConnections live, ProxyUserQueries proxyUsers, CancellationToken cancellation,
        int? limit = null, PublicId<OfCustomer>? customer = null, PublicId<OfProxyUser>? proxyUser = null, string? host = null,
        string? country = null, Spelled<OpenConnectionOrder>? order = null)
    {
        if (Paging.Check(limit) is { } wrong)
            return wrong;
        // As for the page of live connections: it shows addresses and destinations of every customer.
        if (user.IsStaff && !user.Rights.Allows(Area.Network, Access.Read))
            return ApiProblem.OwnerMayNot;
        string? name = null;
        if (proxyUser is { } one)
        {
            var found = await proxyUsers.FindAsync(user.Scope, one.Value, cancellation);
            if (!found.IsSuccess)
                return ApiProblem.Of(found);
            name = found.Value.Name;
        }
        // Of a customer's token, its own: whatever it asks for.
        long? whose = user.IsStaff ? customer?.Value : user.CustomerId;
        try
        {
            var look = await live.LookAsync(
                new OpenConnectionFilter(whose, name, host?.ToLowerInvariant(), Country: country?.ToLowerInvariant()),
                order?.Value ?? OpenConnectionOrder.Age, limit ?? Paging.DefaultLimit, cancellation);
            return Results.Ok(new OpenConnectionsBody(
                [.. look.Open.Items.Select(OpenConnectionBody.Of)], look.Open.Matching));
        }
        catch (TimeoutException)
        {
            return new ApiProblem(StatusCodes.Status503ServiceUnavailable,
                new ApiError("engine.busy", "The proxy did not answer in time. Try again in a moment."));
        }
    }
}
