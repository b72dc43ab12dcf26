using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Places;
using Microsoft.AspNetCore.Http.Extensions;

namespace AtlanticProxy.Web.Features.Endpoints;

/// <summary>
/// What a customer asks of the endpoints that are made for them, as it stands in the address; never a password. What cannot be is
/// left out or brought into range.
/// </summary>
public sealed class EndpointChoice
{
    /// <summary>As many lines as tools take at a time, and a page holds.</summary>
    public const int MaxSessions = 1000;

    /// <summary>Of the grammar: a day.</summary>
    public const int MaxTtl = 1440;

    /// <summary>Of the grammar, for a session that says nothing.</summary>
    public const int DefaultTtl = 10;

    /// <summary>36^6: two lists of one proxy user will not meet.</summary>
    public const int SeedLength = 6;

    public const string SeedAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Of a place as it is typed; the longest name of a city is shorter.</summary>
    public const int MaxNameLength = 64;

    /// <summary>Id of the proxy user; null for the first one.</summary>
    public long? User { get; set; }

    /// <summary>ISO 3166-1 alpha-2, lower case; empty for any.</summary>
    public string? Country { get; set; }

    /// <summary>Key of a state; empty for any.</summary>
    public string? State { get; set; }

    /// <summary>As typed; empty for any.</summary>
    public string? City { get; set; }

    /// <summary>An autonomous system as typed, by number or name; empty for any.</summary>
    public string? Network { get; set; }

    /// <summary>Lines, each with a session of its own.</summary>
    public int? Sessions { get; set; }

    /// <summary>Minutes that a session keeps its exit; 0 for one line that changes it with every connection.</summary>
    public int? Ttl { get; set; }

    /// <summary>Fail rather than switch exits.</summary>
    public bool Strict { get; set; }

    /// <summary>Id of an <see cref="EndpointProtocol"/>.</summary>
    public string? Protocol { get; set; }

    /// <summary>Id of an <see cref="EndpointFormat"/>.</summary>
    public string? Format { get; set; }

    /// <summary>A line of the customer's own.</summary>
    public string? Pattern { get; set; }

    /// <summary>What the sessions' names begin with, so that a page that is shown again has the same lines.</summary>
    public string? Seed { get; set; }

    /// <summary>Id of a <see cref="CodeSample"/>.</summary>
    public string? Code { get; set; }

    public bool IsSticky => Ttl > 0;

    /// <summary>The city of the catalogue that is meant; null for any, and when there is none of that name.</summary>
    public City? KnownCity => City is { Length: > 0 } city && Country is { Length: > 0 } country
        ? Gazetteer.FindCity(country, city, State ?? "")
        : null;

    /// <summary>The autonomous system that is meant, found by its number; null for any, and when there is none.</summary>
    public AutonomousSystem? KnownNetwork => NumberOf(Network) is { } number ? Gazetteer.FindAsn(number) : null;

    /// <summary>The same, with only what can be.</summary>
    /// <param name="rights">What the customer's plan includes.</param>
    public EndpointChoice InRange(TargetingFields rights, IReadOnlyList<EndpointProtocol> protocols)
    {
        bool May(TargetingFields fields) => (fields & ~rights) == 0;
        string country = Country is null || !May(TargetingFields.Country) ? "" : Gazetteer.FindCountry(Country)?.Code ?? "";
        int ttl = Math.Clamp(Ttl ?? (Sessions > 0 ? DefaultTtl : 0), 0, MaxTtl);
        return new EndpointChoice
        {
            User = User,
            Country = country,
            State = State is null || !May(TargetingFields.State) ? "" : Gazetteer.StateName(country, State) ?? "",
            City = country.Length == 0 || !May(TargetingFields.City) ? "" : Typed(City),
            Network = May(TargetingFields.Asn) ? Typed(Network) : "",
            Sessions = Math.Clamp(Sessions ?? 1, 1, MaxSessions),
            Ttl = ttl,
            Strict = Strict && ttl > 0,
            Protocol = (protocols.FirstOrDefault(each => each.Id == Protocol) ?? protocols[0]).Id,
            Format = EndpointFormat.Find(Format).Id,
            Pattern = EndpointFormat.PatternOf(Pattern),
            Seed = Seed is { Length: SeedLength } seed && seed.All(SeedAlphabet.Contains)
                ? seed
                : RandomNumberGenerator.GetString(SeedAlphabet, SeedLength),
            Code = CodeSample.Find(Code).Id,
        };
    }

    /// <summary>What follows the proxy user's name and a dash, but for a session; of a choice in range.</summary>
    public string Place
    {
        get
        {
            var place = new StringBuilder();
            if (Country is { Length: > 0 } country)
            {
                place.Append("-country-").Append(country);
                if (State is { Length: > 0 } state)
                    place.Append("-state-").Append(Gazetteer.StateCode(country, state) ?? state);
                if (KnownCity is { } city)
                    place.Append("-city-").Append(city.Key);
            }
            if (KnownNetwork is { } network)
                place.Append(CultureInfo.InvariantCulture, $"-asn-{network.Number}");
            return place.ToString();
        }
    }

    /// <summary>The usernames that ask for this, of a choice in range.</summary>
    public IReadOnlyList<string> Usernames(string name)
    {
        string place = Place;
        return IsSticky
            ? [.. Enumerable.Range(1, Sessions ?? 1).Select(number => string.Create(CultureInfo.InvariantCulture,
                $"{name}{place}-session-{Seed}{number:000}-ttl-{Ttl}{(Strict ? "-strict" : "")}"))]
            : [$"{name}{place}"];
    }

    /// <summary>A copy with a change.</summary>
    public EndpointChoice With(Action<EndpointChoice> change)
    {
        var copy = (EndpointChoice)MemberwiseClone();
        change(copy);
        return copy;
    }

    /// <summary>The choice as the query of an address, with <c>?</c>.</summary>
    /// <param name="code">Another sample of code.</param>
    public string Query(string? code = null)
    {
        var query = new QueryBuilder();
        Add("user", User?.ToString(CultureInfo.InvariantCulture));
        Add(nameof(Country), Country);
        Add(nameof(State), State);
        Add(nameof(City), City);
        Add(nameof(Network), Network);
        Add(nameof(Ttl), Ttl?.ToString(CultureInfo.InvariantCulture));
        Add(nameof(Sessions), Sessions?.ToString(CultureInfo.InvariantCulture));
        Add(nameof(Strict), Strict ? "true" : null);
        Add(nameof(Protocol), Protocol);
        Add(nameof(Format), Format);
        Add(nameof(Pattern), Format == EndpointFormat.Own ? Pattern : null);
        Add(nameof(Seed), IsSticky ? Seed : null);
        Add(nameof(Code), code ?? Code);
        return query.ToString();

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                query.Add(name, value);
        }
    }

    /// <summary>A number as people write it: <c>7922</c>, <c>AS7922</c>, <c>AS7922 Comcast</c>.</summary>
    private static uint? NumberOf(string? network)
    {
        string[] words = (network ?? "").Split(' ', 2, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return null;
        string digits = words[0].StartsWith("as", StringComparison.OrdinalIgnoreCase) ? words[0][2..] : words[0];
        return uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;
    }

    private static string Typed(string? name)
    {
        string trimmed = name?.Trim() ?? "";
        return trimmed[..Math.Min(trimmed.Length, MaxNameLength)];
    }
}
