using System.Globalization;
using System.Security.Claims;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Features.Endpoints;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Decodo;

/// <summary>Where proxies are, and lists of them.</summary>
internal sealed partial class DecodoEndpoints(ProxyUserQueries queries, PortalOptions portal)
{
    private const int MaxCount = 1000, MaxMinutes = 1440, SessionLength = 10;

    private const string WithScheme = "protocol:auth@endpoint", AtFront = "auth@endpoint", AtEnd = "endpoint:auth";

    /// <summary>Sticky and random ones are one here: the name of the proxy user says which is meant.</summary>
    public static IResult Kinds() => CompatJson.Answer(new[]
    {
        new { type = "random", available_locations = "1", url = "endpoints/random" },
        new { type = "sticky", available_locations = "1", url = "endpoints/sticky" },
    });

    public IResult OfKind(HttpRequest request)
    {
        var endpoint = EndpointProtocol.Of(portal, request)[0];
        return CompatJson.Answer(new[]
        {
            new
            {
                location = "Random", hostname = endpoint.Host,
                port_range = endpoint.Port.ToString(CultureInfo.InvariantCulture),
            },
        });
    }

    /// <summary>Lines for a proxy user of the account, with the password that the caller gives.</summary>
    public async Task<IResult> BackConnectAsync(HttpRequest request, ClaimsPrincipal user, CancellationToken cancellation)
    {
        string Asked(string name, string standard) => request.Query[name].ToString() is { Length: > 0 } value ? value : standard;
        string session = Asked("session_type", "sticky"), form = Asked("output_format", WithScheme),
            answer = Asked("response_format", "json"), password = Asked("password", "");
        if (session is not ("sticky" or "random"))
            return Invalid("session_type", "The session_type must be sticky or random.");
        if (answer is not ("json" or "txt"))
            return Invalid("response_format", "The response_format must be json or txt.");
        if (form is not (WithScheme or AtFront or AtEnd))
            return Invalid("output_format", $"The output_format must be {WithScheme}, {AtFront} or {AtEnd}.");
        if (password.Length == 0)
            return Invalid("password", "The password is required.");
        if (!IsFrom(Asked("count", "1"), MaxCount, out int count))
            return Invalid("count", $"The count must be between 1 and {MaxCount}.");
        if (!IsFrom(Asked("session_time", "10"), MaxMinutes, out int minutes))
            return Invalid("session_time", $"The session_time must be between 1 and {MaxMinutes} minutes.");
        string targeting = "";
        foreach (string place in new[] { "country", "state", "city" })
            if (Asked(place, "") is { Length: > 0 } value)
            {
                if (!Place().IsMatch(value))
                    return Invalid(place, $"The {place} must have small letters, digits and underscores.");
                targeting += $"-{place}-{value}";
            }
        var found = await queries.FindByNameAsync(user.Scope, Asked("username", ""), cancellation);
        if (!found.IsSuccess)
            return ApiProblem.Of(found);

        var endpoint = EndpointProtocol.Of(portal, request)[0];
        var lines = new List<string>(count);
        for (int i = 0; i < count; i++)
        {
            string username = $"user-{found.Value.Name}{targeting}" + (session == "sticky"
                ? $"-session-{SecretGenerator.Next()[..SessionLength]}-sessionduration-{minutes}"
                : "");
            string auth = $"{username}:{password}", at = $"{endpoint.Host}:{endpoint.Port}";
            lines.Add(form switch
            {
                AtEnd => $"{at}:{auth}",
                AtFront => $"{auth}@{at}",
                _ => $"{endpoint.Scheme}://{auth}@{at}",
            });
        }
        return answer == "json" ? CompatJson.Answer(lines) : Results.Text(string.Join('\n', lines));
    }

    private static bool IsFrom(string text, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= most;

    private static ApiProblem Invalid(string field, string words) => ApiProblem.Invalid("compat.parameter", words, field);

    [GeneratedRegex("^[a-z0-9_]{1,60}\\z")]
    private static partial Regex Place();
}
