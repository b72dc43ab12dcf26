using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Languages;
using AtlanticProxy.Web.Shell;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.LiveConnections;

/// <summary>For how long a connection is open at least.</summary>
internal enum LiveAge
{
    Minute,
    TenMinutes,
    Hour,
    Day,
}

/// <summary>Which open connections are wanted, as it stands in the address. What is no choice does not narrow.</summary>
/// <param name="Customer">Email.</param>
/// <param name="User">The proxy user's name.</param>
/// <param name="Target">A part of the host.</param>
/// <param name="Provider">Id.</param>
/// <param name="Country">ISO 3166-1 alpha-2, any case.</param>
internal sealed record LiveChoice(
    string? Customer, string? User, string? Target, long? Provider, string? Country, LiveAge? Over,
    OpenConnectionOrder Order = OpenConnectionOrder.Speed)
{
    public const string Path = "/admin/live";

    public Country? KnownCountry => string.IsNullOrEmpty(Country) ? null : Gazetteer.FindCountry(Country);

    /// <summary>How many filters there are.</summary>
    public int Filters => Fields.Count(each => each.Name != "order" && !string.IsNullOrEmpty(each.Value));

    /// <summary>What the address has of it.</summary>
    public IReadOnlyList<(string Name, string? Value)> Fields =>
    [
        ("customer", Customer), ("user", User), ("target", Target), ("provider", Provider is { } id ? $"{id}" : null),
        ("country", KnownCountry?.Code), ("over", Over?.ToString().ToLowerInvariant()),
        ("order", Order == OpenConnectionOrder.Speed ? null : Order.ToString().ToLowerInvariant()),
    ];

    /// <param name="customerId">Of <see cref="Customer"/>; null when none is asked for.</param>
    public OpenConnectionFilter Filter(long? customerId) => new(
        customerId, Given(User)?.ToLowerInvariant(), Given(Target)?.ToLowerInvariant(), Provider,
        KnownCountry?.Code.ToLowerInvariant(), Over is { } age ? TimeOf(age) : null);

    public string Href(string path = Path, string? without = null) =>
        Addresses.Of(path, Fields.Where(each => each.Name != without));

    /// <param name="providers">Names by id.</param>
    public IEnumerable<FilterChip> Chips(IReadOnlyDictionary<long, string> providers)
    {
        if (Given(Customer) is { } customer)
            yield return new FilterChip(customer, Href(without: "customer"));
        if (Given(User) is { } user)
            yield return new FilterChip(user, Href(without: "user"));
        if (Given(Target) is { } target)
            yield return new FilterChip(target, Href(without: "target"));
        if (Provider is { } provider)
            yield return new FilterChip(providers.GetValueOrDefault(provider) ?? T["Provider"], Href(without: "provider"));
        if (KnownCountry is { } country)
            yield return new FilterChip(CountryNames.Of(country), Href(without: "country"));
        if (Over is { } age)
            yield return new FilterChip(T[WordsOf(age)], Href(without: "over"));
    }

    public static Phrase WordsOf(LiveAge age) => age switch
    {
        LiveAge.Minute => "Over 1 minute",
        LiveAge.TenMinutes => "Over 10 minutes",
        LiveAge.Hour => "Over 1 hour",
        LiveAge.Day => "Over 1 day",
    };

    private static TimeSpan TimeOf(LiveAge age) => age switch
    {
        LiveAge.Minute => TimeSpan.FromMinutes(1),
        LiveAge.TenMinutes => TimeSpan.FromMinutes(10),
        LiveAge.Hour => TimeSpan.FromHours(1),
        LiveAge.Day => TimeSpan.FromDays(1),
    };

    private static string? Given(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();
}
