using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Routing;

/// <summary>One way to an exit: a provider, and who we say we are there.</summary>
internal sealed record Candidate(Provider Provider, string Username)
{
    /// <summary>What plain HTTP connections to it may be shared by.</summary>
    public (long Provider, string Username) Identity => (Provider.Id, Username);
}

/// <summary>
/// Turns targeting into an ordered list of candidates: by priority, and within one priority by weighted rendezvous hashing
/// (Thaler and Ravishankar, 1998), so that a session finds the same provider on any node, and a provider that leaves moves only its own sessions.
/// </summary>
internal static class RouteSelector
{
    /// <summary>Candidates worth trying for one request; more would only make the client wait.</summary>
    private const int MaxCandidates = 4;

    /// <summary>Characters of the session name sent upstream: 64 bits in hex, short enough for every provider.</summary>
    private const int UpstreamSessionLength = 16;

    /// <param name="datagrams">Only providers that carry datagrams.</param>
    public static ImmutableArray<Candidate> Select(EngineSnapshot snapshot, ProxyUser user, Targeting targeting, bool datagrams = false)
    {
        var providers = datagrams ? snapshot.Providers.RemoveAll(provider => !provider.CarriesDatagrams) : snapshot.Providers;
        if (providers.IsEmpty)
            return [];
        string session = targeting.Session.Length == 0 ? "" : UpstreamSession(user, targeting.Session);
        if (providers.Length == 1)
            return [Candidate(providers[0], targeting, session)];

        // Without a session the choice is anew each time, by the same rule from a random seed.
        ulong seed = session.Length == 0 ? (ulong)Random.Shared.NextInt64() : Hash(session);
        return [.. providers
            .OrderBy(provider => provider.Priority)
            .ThenByDescending(provider => Score(seed, provider))
            .Take(MaxCandidates)
            .Select(provider => Candidate(provider, targeting, session))];
    }

    private static Candidate Candidate(Provider provider, Targeting targeting, string session) =>
        new(provider, CredentialTemplate.Fill(provider.UsernameTemplate, new TemplateValues(targeting, session)));

    // Two customers may choose the same session name: what goes upstream is unique to the user, and says nothing of either.
    private static string UpstreamSession(ProxyUser user, string session)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{user.Id}/{session}"), hash);
        return Convert.ToHexStringLower(hash)[..UpstreamSessionLength];
    }

    private static ulong Hash(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    // -weight / ln(uniform): the highest wins with probability weight / sum of weights.
    private static double Score(ulong seed, Provider provider)
    {
        ulong mixed = seed ^ ((ulong)provider.Id * 0x9E3779B97F4A7C15UL); // splitmix64 (Steele, Lea, Flood 2014)
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        mixed ^= mixed >> 31;
        double uniform = ((mixed >> 11) + 0.5) / (1UL << 53);
        return -provider.Weight / Math.Log(uniform);
    }
}
