using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Locations;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyLists;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Web.Features.Endpoints;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Features.ProxyLists;

/// <summary>A list, or why there is none.</summary>
/// <param name="MediaType">Null: it is refused.</param>
internal sealed record WrittenList(int Status, string Text, string? MediaType = null)
{
    /// <summary>Without the lines, which have the password in them.</summary>
    public override string ToString() => $"{Status}";
}

/// <summary>Writes lists of endpoints as the page of endpoints does, with the proxy password in them.</summary>
internal sealed class ProxyListWriter(
    PlanQueries plans, LocationCatalogue locations, RevealProxyUserSecret reveal, PortalOptions portal)
{
    /// <param name="request">Its query says what is asked for.</param>
    /// <param name="extension"><c>txt</c>, <c>json</c> or <c>csv</c>.</param>
    public async Task<WrittenList> WriteAsync(
        ListHolder holder, HttpRequest request, string extension, CancellationToken cancellation)
    {
        var scope = Scope.Of(holder.CustomerId);
        var rights = await plans.RightsOfAsync(scope, holder.CustomerId, cancellation);
        var protocols = EndpointProtocol.Of(portal, request);
        var asked = ListQuery.Read(request.Query, extension, rights, protocols);
        if (asked.Problems.Count > 0)
            return new WrittenList(asked.IsBeyondPlan ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest,
                string.Join('\n', asked.Problems));
        var choice = asked.Choice.InRange(rights.Includes, protocols);
        if (!EndpointPlaces.Of(choice, rights, await locations.CoverageAsync(cancellation, rights.PoolId)).Served)
            return new WrittenList(StatusCodes.Status400BadRequest,
                "There is no exit at this place at present. Choose a larger area.");
        choice.Seed = SeedOf(holder.TokenId, choice.Place);
        var secret = await reveal.ExecuteAsync(new(scope, holder.ProxyUserId), cancellation);
        if (!secret.IsSuccess)
            return new WrittenList(StatusCodes.Status404NotFound, "Not found."); // deleted at this moment
        var protocol = protocols.First(each => each.Id == choice.Protocol);
        var endpoints = choice.Usernames(holder.ProxyUserName)
            .Select(name => new Endpoints.Endpoint(protocol, name, secret.Value.Secret)).ToList();
        string media = extension switch
        {
            EndpointFormat.Json => "application/json",
            EndpointFormat.Csv => "text/csv",
            _ => "text/plain",
        };
        return new WrittenList(StatusCodes.Status200OK,
            EndpointFormat.Find(choice.Format).Write(endpoints, choice.Pattern!) + "\n", $"{media}; charset=utf-8");
    }

    /// <summary>
    /// What the sessions' names begin with: the same for a link and a place, so that a list that is fetched again keeps its
    /// exits, and a longer one has the shorter one's. It is no secret.
    /// </summary>
    public static string SeedOf(long tokenId, string place)
    {
        var number = new BigInteger(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{tokenId} {place}")), isUnsigned: true, isBigEndian: true);
        Span<char> seed = stackalloc char[EndpointChoice.SeedLength];
        foreach (ref char c in seed)
        {
            c = EndpointChoice.SeedAlphabet[(int)(number % EndpointChoice.SeedAlphabet.Length)];
            number /= EndpointChoice.SeedAlphabet.Length;
        }
        return seed.ToString();
    }
}
