using System.Security.Claims;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Locations;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Features.Endpoints;
using AtlanticProxy.Web.Features.Locations;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.IpRoyal;

internal sealed record IpRoyalPort(string Name, int Port, IReadOnlyList<int> AlternativePorts);

internal sealed record IpRoyalNode(string Dns, IReadOnlyList<string> Ips, IReadOnlyList<IpRoyalPort> Ports);

internal sealed record IpRoyalOption(string Code, string Name);

/// <param name="Prefix">What stands before a code in a password.</param>
internal sealed record IpRoyalOptions(string Prefix, IReadOnlyList<IpRoyalOption> Options);

internal sealed record IpRoyalCountry(string Code, string Name, IpRoyalOptions? Cities);

/// <summary>Where proxies are, and lists of them.</summary>
internal sealed partial class IpRoyalAccess(CompatProxyUsers proxyUsers, ProxyUserQueries queries, PortalOptions portal)
{
    private const int MaxCities = 50, MaxProxies = 1000, SessionLength = 8;

    private const string Http = "http|https", Socks = "socks5", UsualFormat = "{hostname}:{port}:{username}:{password}";

    public IResult EntryNodes(HttpRequest request)
    {
        var endpoint = EndpointProtocol.Of(portal, request)[0];
        return CompatJson.Answer(new[]
        {
            new IpRoyalNode(endpoint.Host, [], [new(Http, endpoint.Port, []), new(Socks, endpoint.Port, [])]),
        });
    }

    /// <summary>Those that have exits for this account; cities are the largest.</summary>
    public static async Task<IResult> CountriesAsync(
        ClaimsPrincipal user, PlanQueries plans, LocationCatalogue locations, CancellationToken cancellation)
    {
        var rights = await plans.RightsOfAsync(user.Scope, user.CustomerId, cancellation);
        var coverage = await locations.CoverageAsync(cancellation, rights.PoolId);
        bool byCity = rights.Include(Fields.ByCity);
        var served = rights.Include(TargetingFields.Country)
            ? Gazetteer.Countries.Where(country => coverage.WhoServes(country.Code).Count > 0)
            : [];
        return CompatJson.Answer(new
        {
            prefix = "_country-",
            countries = served.Select(country => new IpRoyalCountry(country.Code, country.Name,
                byCity ? new IpRoyalOptions("_city-", CitiesOf(country.Code, coverage)) : null)).ToList(),
        });
    }

    /// <summary>Sticky or random lines, with the password as its targeting needs it: only for tokens that may see it.</summary>
    public async Task<IResult> GenerateAsync(
        CompatBody body, HttpRequest request, ClaimsPrincipal user, CancellationToken cancellation)
    {
        string format = body.Text("format") ?? UsualFormat, rotation = body.Text("rotation") ?? "sticky",
            location = body.Text("location") ?? "", lifetime = body.Text("lifetime") ?? "", port = body.Text("port") ?? Http;
        int count = body.Integer("proxy_count") ?? 1;
        string? hash = body.Text("subuser_hash"), name = body.Text("username");
        if (rotation is not ("sticky" or "random"))
            body.Refuse("rotation", "The selected rotation is invalid.");
        if (!Location().IsMatch(location))
            body.Refuse("location", "The location must be made of parts such as _country-de_city-berlin.");
        if (lifetime.Length > 0 && !IsKept(lifetime))
            body.Refuse("lifetime", "The lifetime must be whole minutes, from 1m to 24h: a number and s, m, h or d.");
        if (port is not (Http or Socks))
            body.Refuse("port", "The selected port is invalid.");
        if (count is 0 or > MaxProxies)
            body.Refuse("proxy_count", $"The proxy count must be between 1 and {MaxProxies}.");
        if (body.Refusal is { } refusal)
            return refusal;
        var found = hash is not null ? await proxyUsers.FindAsync(user, IpRoyalHash.Parse(hash), cancellation)
            : name is not null ? await queries.FindByNameAsync(user.Scope, name, cancellation)
            : await proxyUsers.FirstAsync(user, cancellation) is { } first ? first
            : await proxyUsers.FindAsync(user, id: 0, cancellation);
        if (!found.IsSuccess)
            return ApiProblem.Of(found);
        if ((body.Text("password") ?? await proxyUsers.SecretAsync(user, found.Value.Id, cancellation)) is not { } secret)
            return new ApiProblem(StatusCodes.Status403Forbidden, new ApiError("token.scope_missing",
                $"The token lacks the scope {TokenScopes.NameOf(TokenScope.ProxyUsersSecrets)}."));

        var endpoint = EndpointProtocol.Of(portal, request)[0];
        return CompatJson.Answer(Enumerable.Range(0, count).Select(_ => Line(format, endpoint, found.Value.Name,
            $"{secret}{location}{(rotation == "sticky" ? SessionOf(lifetime) : "")}")).ToList());
    }

    private static IReadOnlyList<IpRoyalOption> CitiesOf(string country, Coverage coverage) =>
    [
        .. Gazetteer.Cities(country, limit: MaxCities).Where(city => coverage.WhoServes(country, city: city.Key).Count > 0)
            .Select(city => new IpRoyalOption(city.Key, city.Name)),
    ];

    /// <summary>As the proxy reads it: what is not whole minutes, or too long, it refuses.</summary>
    private static bool IsKept(string lifetime)
    {
        const int SecondsOfAMinute = 60, MinutesOfAnHour = 60, MinutesOfADay = 1440;
        if (!Lifetime().IsMatch(lifetime))
            return false;
        int count = int.Parse(lifetime.AsSpan(0, lifetime.Length - 1), System.Globalization.CultureInfo.InvariantCulture);
        int? minutes = lifetime[^1] switch
        {
            's' => count % SecondsOfAMinute == 0 ? count / SecondsOfAMinute : null,
            'm' => count,
            'h' => count * MinutesOfAnHour,
            _ => count * MinutesOfADay,
        };
        return minutes is >= 1 and <= EndpointChoice.MaxTtl;
    }

    private static string SessionOf(string lifetime) =>
        $"_session-{SecretGenerator.Next()[..SessionLength]}"
        + (lifetime.Length > 0 ? $"_lifetime-{lifetime}" : "");

    // One pass: what a password has in braces is text.
    private static string Line(string format, EndpointProtocol endpoint, string username, string password) =>
        Field().Replace(format, field => field.Value switch
        {
            "{hostname}" => endpoint.Host,
            "{port}" => endpoint.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "{username}" => username,
            "{password}" => password,
            _ => field.Value,
        });

    [GeneratedRegex("^(_(region|country|state|city|isp)-[a-z0-9,]+)*\\z")]
    private static partial Regex Location();

    [GeneratedRegex("^[0-9]{1,5}[smhd]\\z")]
    private static partial Regex Lifetime();

    [GeneratedRegex("\\{[a-z]+\\}")]
    private static partial Regex Field();
}
