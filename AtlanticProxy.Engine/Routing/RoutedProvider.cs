using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Engine.Routing.Health;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Routing;

/// <summary>A provider that can be chosen: what it can serve, and the candidates that it gives. Immutable.</summary>
internal sealed class RoutedProvider
{
    /// <summary>
    /// Proxies of one list that are tried for one request: a dead one must not make the client wait for all of them.
    /// </summary>
    private const int MaxExits = 3;

    private readonly TargetingFields _expresses;
    private readonly ImmutableArray<ulong> _exitHashes;
    private readonly Candidate? _plain;

    public RoutedProvider(Provider provider, ProviderState state)
    {
        Provider = provider;
        State = state;
        _expresses = provider.Expresses;
        _exitHashes = [.. provider.Exits.Select(exit => StableHash.Of($"{exit.Host}:{exit.Port}/{exit.Username}"))];
        if (provider.Exits.IsEmpty && provider.LocalNetworks.IsEmpty)
            _plain = Fill(Targeting.None, "");
        PlainRoute = _plain is null ? [] : [_plain];
    }

    public Provider Provider { get; }

    public ProviderState State { get; }

    /// <summary>The route of requests that ask for nothing; empty when there is something to choose even then.</summary>
    public ImmutableArray<Candidate> PlainRoute { get; }

    /// <summary>
    /// Whether it can give what is asked for: then <paramref name="chosen"/> is what to ask it for, with one country where
    /// several would do.
    /// </summary>
    /// <param name="seed">Decides between countries.</param>
    public bool CanServe(Targeting targeting, ulong seed, out Targeting chosen)
    {
        chosen = targeting;
        var asked = targeting.Fields & TargetingFields.Places;
        if (asked == TargetingFields.None)
            return true;
        if (!Provider.Exits.IsEmpty)
            return (asked & ~(TargetingFields.Country | TargetingFields.City | TargetingFields.Exclusion
                | TargetingFields.Region)) == 0
                && Provider.Exits.Any(exit => Matches(exit, targeting));
        if ((asked & ~_expresses & ~(TargetingFields.Country | TargetingFields.Exclusion | TargetingFields.Region)) != 0)
            return false;
        return ChooseCountry(targeting, asked, seed, ref chosen);
    }

    /// <summary>Adds this provider's candidates for what <see cref="CanServe"/> chose.</summary>
    /// <param name="seed">Ranks the proxies of a list and the own addresses.</param>
    /// <param name="all">Whatever is known of their health: a strict session's exit is the same, dead or alive.</param>
    public void AddCandidates(ImmutableArray<Candidate>.Builder route, Targeting targeting, string session, ulong seed, bool all)
    {
        if (!Provider.Exits.IsEmpty)
            AddExits(route, targeting, seed, all);
        else if (!Provider.LocalNetworks.IsEmpty)
            route.Add(new Candidate(Provider, State) { Country = targeting.Country, Local = ChooseLocal(seed) });
        else
            route.Add(_plain is not null && session.Length == 0 && targeting.Fields == TargetingFields.None
                ? _plain
                : Fill(targeting, session));
    }

    /// <summary>What to probe it through: proxies of a list in turn are too many, so one of them, another each time.</summary>
    public IEnumerable<Candidate> ProbeCandidates()
    {
        if (_plain is not null)
            return [_plain];
        var route = ImmutableArray.CreateBuilder<Candidate>();
        AddCandidates(route, Targeting.None, "", (ulong)Random.Shared.NextInt64(), all: true);
        return route.Take(1);
    }

    private bool ChooseCountry(Targeting targeting, TargetingFields asked, ulong seed, ref Targeting chosen)
    {
        bool names = (_expresses & TargetingFields.Country) != 0;
        if (!targeting.Countries.IsEmpty)
        {
            string country = targeting.Country is { Length: > 0 } only
                ? Serves(only) ? only : ""
                : Pick(targeting.Countries.All.Where(Serves), seed);
            // One that cannot be told the country serves it only if it has no other.
            if (country.Length == 0 || (!names && Provider.Countries is not [_]))
                return false;
            chosen = targeting with { Country = country };
            return true;
        }
        bool region = (asked & TargetingFields.Region) != 0, exclusion = (asked & TargetingFields.Exclusion) != 0;
        if ((!region || (_expresses & TargetingFields.Region) != 0)
            && (!exclusion || (_expresses & TargetingFields.Exclusion) != 0))
            return true;
        // What it cannot be told, it is asked for by a country that fits.
        string fitting = Pick(Provider.Countries.Where(country => Fits(country, targeting)), seed);
        if (fitting.Length == 0 || (!names && Provider.Countries is not [_]))
            return false;
        chosen = targeting with { Country = fitting, Region = "", ExcludedCountries = default };
        return true;
    }

    private bool Serves(string country) => Provider.Countries.IsEmpty || Provider.Countries.Contains(country);

    private static bool Fits(string country, Targeting targeting) =>
        !targeting.ExcludedCountries.Contains(country) && (targeting.Region.Length == 0 || IsIn(targeting.Region, country));

    private static bool IsIn(string region, string country) => Gazetteer.FindCountry(country)?.Region == region;

    // By rendezvous, like all that a session chooses; empty when there is none.
    private static string Pick(IEnumerable<string> countries, ulong seed)
    {
        string best = "";
        ulong bestScore = 0;
        foreach (string country in countries)
        {
            ulong score = Rendezvous.Mix(seed, StableHash.Of(country));
            if (best.Length == 0 || score > bestScore)
                (best, bestScore) = (country, score);
        }
        return best;
    }

    private static bool Matches(ProviderExit exit, Targeting targeting) =>
        (targeting.Countries.IsEmpty || targeting.Countries.Contains(exit.Country))
        && (targeting.City.Length == 0 || targeting.City == exit.City)
        && (targeting.ExcludedCountries.IsEmpty
            || (exit.Country.Length > 0 && !targeting.ExcludedCountries.Contains(exit.Country)))
        && (targeting.Region.Length == 0 || IsIn(targeting.Region, exit.Country));

    private void AddExits(ImmutableArray<Candidate>.Builder route, Targeting targeting, ulong seed, bool all)
    {
        Span<(ulong Score, int Index)> best = stackalloc (ulong, int)[MaxExits];
        int count = 0;
        var exits = Provider.Exits;
        for (int i = 0; i < exits.Length; i++)
        {
            if (!Matches(exits[i], targeting) || (!all && !State.MaySend(exits[i])))
                continue;
            ulong score = Rendezvous.Mix(seed, _exitHashes[i]);
            int place = count;
            while (place > 0 && score > best[place - 1].Score)
                place--;
            if (place == MaxExits)
                continue;
            count = Math.Min(count + 1, MaxExits);
            best[place..(count - 1)].CopyTo(best[(place + 1)..count]);
            best[place] = (score, i);
        }
        foreach (var (_, index) in best[..count])
        {
            var exit = exits[index];
            route.Add(new Candidate(Provider, State)
            {
                Host = exit.Host, Port = exit.Port, Username = exit.Username, Password = exit.Password, Country = exit.Country,
                Exit = exit,
            });
        }
    }

    private LocalAddresses ChooseLocal(ulong seed)
    {
        IPAddress? Choose(AddressFamily family)
        {
            IPNetwork? best = null;
            ulong bestScore = 0;
            foreach (var network in Provider.LocalNetworks)
            {
                ulong score = Rendezvous.Mix(seed, StableHash.Of(network.ToString()));
                if (network.BaseAddress.AddressFamily == family && (best is null || score > bestScore))
                    (best, bestScore) = (network, score);
            }
            return best is { } chosen ? AddressIn(chosen, seed) : null;
        }
        return new LocalAddresses(Choose(AddressFamily.InterNetwork), Choose(AddressFamily.InterNetworkV6));
    }

    // The prefix stays, the bits behind it are the seed's: at most 64 of them, which is more addresses than anyone has sessions.
    private static IPAddress AddressIn(IPNetwork network, ulong seed)
    {
        Span<byte> bytes = stackalloc byte[16];
        network.BaseAddress.TryWriteBytes(bytes, out int length);
        ulong bits = Rendezvous.Mix(seed, (ulong)network.PrefixLength);
        for (int i = length - 1, free = length * 8 - network.PrefixLength; i >= 0 && free > 0 && length - i <= sizeof(ulong); i--,
            free -= 8, bits >>= 8)
            bytes[i] |= (byte)(bits & (free >= 8 ? 0xffu : (1u << free) - 1));
        return new IPAddress(bytes[..length]);
    }

    private Candidate Fill(Targeting targeting, string session)
    {
        var values = new TemplateValues(targeting, session, Password: Provider.Password);
        return new(Provider, State)
        {
            Host = CredentialTemplate.Fill(Provider.Host, values),
            Username = CredentialTemplate.Fill(Provider.UsernameTemplate, values),
            Password = Provider.PasswordTemplate.Length == 0
                ? Provider.Password
                : CredentialTemplate.Fill(Provider.PasswordTemplate, values),
            Country = targeting.Country,
            IsSticky = session.Length > 0,
        };
    }
}
