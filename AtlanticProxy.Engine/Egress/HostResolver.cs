using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AtlanticProxy.Engine.Egress;

/// <summary>Resolves names off the loops, with the system's resolver, and remembers the answers shortly.</summary>
internal sealed class HostResolver(TimeProvider time)
{
    /// <summary>How long an answer is used again. The system's resolver does not tell TTLs; 10 s is under nearly all of them and spares a page's burst.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    /// <summary>Answers kept; at the bound all are forgotten, which costs one round of look-ups.</summary>
    private const int MaxRemembered = 8192;

    private readonly ConcurrentDictionary<string, Answer> _answers = new();

    /// <summary>An answer that is at hand; null when <see cref="ResolveAsync"/> must be awaited.</summary>
    public IReadOnlyList<IPAddress>? TryGet(string host)
    {
        if (_answers.TryGetValue(host, out var answer) && time.GetElapsedTime(answer.At) < Remembered)
            return answer.Addresses;
        return null;
    }

    /// <summary>Addresses of the name, IPv4 first; empty when it has none. Continues on any thread.</summary>
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host)
    {
        IReadOnlyList<IPAddress> addresses;
        try
        {
            // On Linux this is getaddrinfo on a pool thread: slow work, never on a loop.
            addresses = [.. (await Dns.GetHostAddressesAsync(host)).OrderBy(address => address.AddressFamily != AddressFamily.InterNetwork)];
        }
        catch (SocketException)
        {
            addresses = []; // an expected failure: the name has no address
        }
        if (_answers.Count >= MaxRemembered)
            _answers.Clear();
        _answers[host] = new Answer(addresses, time.GetTimestamp());
        return addresses;
    }

    private sealed record Answer(IReadOnlyList<IPAddress> Addresses, long At);
}
