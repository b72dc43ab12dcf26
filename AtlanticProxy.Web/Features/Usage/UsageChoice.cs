using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Languages;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Usage;

/// <summary>What a viewer of usage chose, as it stands in the address. What cannot be is the default.</summary>
public sealed class UsageChoice
{
    /// <summary>One of <see cref="UsageRanges"/>; dates where <see cref="From"/> is given.</summary>
    public string? Range { get; set; }

    /// <summary>The first day (UTC) of a range of dates.</summary>
    public DateOnly? From { get; set; }

    /// <summary>The last day (UTC), included; today where it is missing.</summary>
    public DateOnly? To { get; set; }

    /// <summary>A point's grain; null for what suits the range.</summary>
    public UsageGrain? By { get; set; }

    /// <summary>Name of a proxy user; null for all.</summary>
    public string? User { get; set; }

    /// <summary>ISO 3166-1 alpha-2, any case; null for all.</summary>
    public string? Country { get; set; }

    /// <summary>What the chart's bars are stacked by; null for both directions.</summary>
    public UsageDimension? Stack { get; set; }

    /// <summary>The country that is known by the code; null for all.</summary>
    internal Country? KnownCountry => string.IsNullOrEmpty(Country) ? null : Gazetteer.FindCountry(Country);

    /// <summary>How many filters narrow the figures.</summary>
    internal int Filters => (string.IsNullOrEmpty(User) ? 0 : 1) + (KnownCountry is null ? 0 : 1);

    /// <summary>What narrows the figures, each with the address without it.</summary>
    internal IEnumerable<FilterChip> Chips
    {
        get
        {
            if (!string.IsNullOrEmpty(User))
                yield return new FilterChip(User, Href(user: ""));
            if (KnownCountry is { } known)
                yield return new FilterChip(CountryNames.Of(known), Href(country: ""));
        }
    }

    /// <summary>The page's address with this choice, but for what is given.</summary>
    internal string Href(string path = "/usage", string? range = null, string? user = null, string? country = null)
    {
        bool dates = range is null && Range == UsageRanges.Dates;
        (string Name, string? Value)[] parts =
        [
            ("range", range ?? Range),
            ("from", dates && From is { } from ? Format.Iso(from) : null),
            ("to", dates && To is { } to ? Format.Iso(to) : null),
            ("by", By?.ToString().ToLowerInvariant()),
            ("user", user ?? User),
            ("country", country ?? KnownCountry?.Code),
            ("stack", Stack?.ToString().ToLowerInvariant()),
        ];
        return Addresses.Of(path, parts);
    }
}
