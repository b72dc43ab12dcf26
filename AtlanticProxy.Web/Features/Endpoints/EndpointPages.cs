using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Locations;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Features.Endpoints;

/// <summary>Reads what the page of endpoints shows.</summary>
internal sealed class EndpointPages(
    ProxyUserQueries proxyUsers, PlanQueries plans, LocationCatalogue locations, PortalOptions portal)
{
    /// <summary>That a picker holds; the list of proxy users leads to the others.</summary>
    private const int MaxPicked = 100;

    /// <summary>Null where the customer has no proxy user yet; not found where they have not this one.</summary>
    public async Task<Result<EndpointsPage?>> ReadAsync(
        Scope scope, EndpointChoice choice, HttpRequest request, CancellationToken cancellation)
    {
        var users = (await proxyUsers.ListAsync(scope, new PageRequest(1, MaxPicked, null), cancellation)).Items;
        if (choice.User is null && users.Count == 0)
            return (EndpointsPage?)null;
        var found = await proxyUsers.FindAsync(scope, choice.User ?? users[0].Id, cancellation);
        if (!found.IsSuccess)
            return Result.Failure<EndpointsPage?>(found.Errors);
        var user = found.Value;
        var rights = await plans.RightsOfAsync(scope, user.CustomerId, cancellation);
        var coverage = await locations.CoverageAsync(cancellation, rights.PoolId);
        var protocols = EndpointProtocol.Of(portal, request);
        var asked = choice.InRange(rights.Includes, protocols);
        asked.User = user.Id;
        return new EndpointsPage(user, users.Any(each => each.Id == user.Id) ? users : [user, .. users], asked, protocols,
            EndpointPlaces.Of(asked, rights, coverage), portal.ExampleUrl);
    }
}
