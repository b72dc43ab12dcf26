using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Places;

namespace AtlanticProxy.Web.Features.Endpoints;

/// <summary>
/// What a customer asks of the endpoints that are made for them, as it stands in the address. What cannot be is left out or
/// brought into range.
/// </summary>
public sealed class EndpointChoice
{
    /// <summary>As many lines as tools take at a time, and a page holds.</summary>
    public const int MaxSessions = 1000;

    /// <summary>Of the grammar: a day.</summary>
    public const int MaxTtl = 1440;

    /// <summary>36^8: two of a customer's will not meet.</summary>
    private const int SessionLength = 8;

    private const int MaxCityLength = 64;

    /// <summary>Ways to write an endpoint; <c>{endpoint}</c> and so on stand for its parts.</summary>
    public static readonly IReadOnlyList<(string Id, string Label, string Pattern)> Formats =
    [
        ("colons", "host:port:user:pass", "{endpoint}:{user}:{pass}"),
        ("at", "user:pass@host:port", "{user}:{pass}@{endpoint}"),
        ("http", "http://user:pass@host:port", "http://{user}:{pass}@{endpoint}"),
        ("socks5", "socks5h://user:pass@host:port", "socks5h://{user}:{pass}@{endpoint}"),
    ];

    /// <summary>ISO 3166-1 alpha-2, lower case; empty for any.</summary>
    public string? Country { get; set; }

    /// <summary>Key of a state; empty for any.</summary>
    public string? State { get; set; }

    /// <summary>As typed; empty for any.</summary>
    public string? City { get; set; }

    /// <summary>Lines, each with a session of its own; 0 for one line that changes its exit each time.</summary>
    public int Sessions { get; set; }

    /// <summary>Minutes that a session keeps its exit.</summary>
    public int Ttl { get; set; } = 10;

    /// <summary>Rather no exit than another one.</summary>
    public bool Strict { get; set; }

    /// <summary>One of <see cref="Formats"/>.</summary>
    public string Format { get; set; } = Formats[0].Id;

    /// <summary>The same, with only what can be.</summary>
    /// <param name="rights">What the customer's plan includes.</param>
    public EndpointChoice InRange(TargetingFields rights)
    {
        bool May(TargetingFields fields) => (fields & ~rights) == 0;
        string country = Country is null || !May(TargetingFields.Country) ? "" : Gazetteer.FindCountry(Country)?.Code ?? "";
        return new EndpointChoice
        {
            Country = country,
            State = State is null || !May(TargetingFields.State) ? "" : Gazetteer.StateName(country, State) ?? "",
            City = country.Length == 0 || City is null || !May(TargetingFields.City)
                ? ""
                : City.Trim()[..Math.Min(City.Trim().Length, MaxCityLength)],
            Sessions = Math.Clamp(Sessions, 0, MaxSessions),
            Ttl = Math.Clamp(Ttl, 1, MaxTtl),
            Strict = Strict,
            Format = Formats.Any(format => format.Id == Format) ? Format : Formats[0].Id,
        };
    }

    /// <summary>The usernames that ask for this, of a choice in range.</summary>
    public IReadOnlyList<string> Usernames(string name)
    {
        var place = new StringBuilder(name);
        if (Country is { Length: > 0 } country)
        {
            place.Append("-country-").Append(country);
            if (State is { Length: > 0 } state)
                place.Append("-state-").Append(Gazetteer.StateCode(country, state) ?? state);
            if (PlaceName.Normalise(City ?? "") is { Length: > 0 } city)
                place.Append("-city-").Append(Gazetteer.CityName(country, city) ?? city);
        }
        return Sessions == 0
            ? [place.ToString()]
            : [.. Enumerable.Range(0, Sessions).Select(_ => string.Create(
                CultureInfo.InvariantCulture,
                $"{place}-session-{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", SessionLength)}"
                    + $"-ttl-{Ttl}{(Strict ? "-strict" : "")}"))];
    }

    /// <summary>One line in the chosen format.</summary>
    /// <param name="endpoint"><c>host:port</c> of the proxy.</param>
    public string Line(string endpoint, string username, string secret) => Formats.First(format => format.Id == Format).Pattern
        .Replace("{endpoint}", endpoint, StringComparison.Ordinal).Replace("{user}", username, StringComparison.Ordinal)
            .Replace("{pass}", secret, StringComparison.Ordinal);
}
