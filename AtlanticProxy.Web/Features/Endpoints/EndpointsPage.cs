using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Features.Shadowsocks;
using AtlanticProxy.Web.Languages;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Endpoints;

/// <summary>The endpoints of one proxy user, as chosen.</summary>
/// <param name="Users">That can be picked.</param>
/// <param name="Choice">In range.</param>
/// <param name="Target">Address of the page that samples fetch.</param>
internal sealed record EndpointsPage(
    ProxyUserSummary User, IReadOnlyList<ProxyUserSummary> Users, EndpointChoice Choice,
    IReadOnlyList<EndpointProtocol> Protocols, EndpointPlaces Places, string Target)
{
    public const string Path = "/endpoints";

    /// <summary>Stands where the proxy password goes while it is hidden.</summary>
    public const string Placeholder = "PROXY_PASSWORD";

    /// <summary>Null while it is hidden.</summary>
    public string? Password { get; init; }

    /// <summary>The Shadowsocks key that was just added: shown this once.</summary>
    public NewShadowsocksKey? Key { get; init; }

    /// <summary>Null before one is made.</summary>
    public TestReport? Test { get; init; }

    public EndpointProtocol Protocol => Protocols.First(protocol => protocol.Id == Choice.Protocol);

    public bool IsShadowsocks => Protocol.Id == EndpointProtocol.Shadowsocks;

    public EndpointFormat Format => EndpointFormat.Find(Choice.Format);

    public CodeSample Sample => CodeSample.Find(Choice.Code);

    public IReadOnlyList<Endpoint> Endpoints =>
        [.. Choice.Usernames(User.Name).Select(name => new Endpoint(Protocol, name, Password ?? Placeholder))];

    /// <summary>What the test and the samples use.</summary>
    public Endpoint First => new(Protocol, Choice.Usernames(User.Name)[0], Password ?? Placeholder);

    public string Lines => Format.Write(Endpoints, Choice.Pattern!);

    /// <summary>The first endpoint, by a protocol that the sample speaks.</summary>
    public Endpoint Sampled => Sample.Speaks(Protocol.Id) ? First : First with { Protocol = Protocols[0] };

    public string Code => Sample.Write(Sampled, Target);

    /// <summary>Targeting of the first endpoint, as Shadowsocks keys have it: without the name.</summary>
    public string Targeting => First.Username[User.Name.Length..].TrimStart('-');

    /// <summary>A field of the pattern that there is not; null when all is well.</summary>
    public string? UnknownField => Choice.Format == EndpointFormat.Own ? EndpointFormat.UnknownField(Choice.Pattern!) : null;

    /// <summary>Why the next connection would be refused, whatever is chosen, and what to do; null when it is served.</summary>
    public Phrase? Refusal => User.Standing switch
    {
        Standing.Served or Standing.Slowed => (Phrase?)null,
        Standing.Suspended => "Your account is suspended, and connections are refused. Ask your provider.",
        Standing.SellerStopped => "Your provider's service has stopped, and connections are refused. Ask your provider.",
        Standing.SubscriptionEnded => "Your plan has ended. Connections are refused until you choose one.",
        Standing.QuotaExhausted => "Traffic is used up. Connections are refused until you top up or the plan renews.",
        Standing.BalanceExhausted => "Your wallet is empty. Connections are refused until you top up.",
        Standing.Disabled => $"{User.Name} is disabled, and its connections are refused.",
    };

    /// <summary>The chosen city is none of the catalogue's, and is left out.</summary>
    public bool CityIsUnknown => Choice.City!.Length > 0 && Choice.KnownCity is null;

    /// <summary>What may be meant by a city that is unknown.</summary>
    public City? NearestCity => Gazetteer.NearestCity(Choice.Country!, Choice.City!, Choice.State!);

    /// <summary>The chosen network is none of the catalogue's, and is left out.</summary>
    public bool NetworkIsUnknown => Choice.Network!.Length > 0 && Choice.KnownNetwork is null;

    /// <summary>What may be meant by a network that is unknown: the largest with these words in its name.</summary>
    public AutonomousSystem? NearestNetwork => Gazetteer.Asns(Choice.Country!, Choice.Network!, limit: 1) is [var largest]
        ? largest
        : null;

    /// <summary>Address of this page, or of what its buttons do.</summary>
    /// <param name="act">Such as <c>/reveal</c>.</param>
    public string To(string act = "", string? code = null) => $"{Path}{act}{Choice.Query(code)}";

    /// <summary>The page of the link that gives these lines.</summary>
    public string ToListLink() => $"/credentials/{User.Id}/list{Choice.Query()}";

    public string ToCity(string name) => $"{Path}{Choice.With(choice => choice.City = name).Query()}";

    public string ToNetwork(uint number) => $"{Path}{Choice.With(choice => choice.Network = $"AS{number}").Query()}";

    public string ToNewSessions() => $"{Path}{Choice.With(choice => choice.Seed = null).Query()}#lines-title";

    /// <summary>The choice in a sentence: <c>Los Angeles, United States; new exit each connection</c>.</summary>
    public Phrase Summary
    {
        get
        {
            var places = new[]
            {
                Choice.KnownCity?.Name,
                Choice.State!.Length > 0 ? Gazetteer.FindState(Choice.Country!, Choice.State)?.Name : null,
                Choice.Country!.Length > 0 ? CountryNames.Of(Choice.Country) : null,
                Choice.KnownNetwork?.Holder,
            }.OfType<string>().ToList();
            string where = places.Count == 0 ? T["Anywhere"] : string.Join(", ", places);
            return Choice.IsSticky
                ? (Phrase)$"{where}; each session keeps its exit for {Stay(Choice.Ttl!.Value)}"
                : $"{where}; new exit each connection";
        }
    }

    /// <summary>How long that is, in words.</summary>
    public static Phrase Stay(int minutes) => minutes switch
    {
        1 => (Phrase)"1 minute",
        60 => "1 hour",
        EndpointChoice.MaxTtl => "1 day",
        _ => $"{minutes} minutes",
    };
}
