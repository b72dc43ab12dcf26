using System.Net;
using AtlanticProxy.Simulator.Exits;
using AtlanticProxy.Simulator.Grammars;

namespace AtlanticProxy.Simulator;

/// <summary>How a <see cref="ProviderSimulator"/> listens, whom it lets in, and how many exits it pretends to own.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Where it listens; port 0 picks a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>What <c>http://exit.test/</c> and <c>https://exit.test/</c> say as <c>provider</c>.</summary>
    public string Name { get; init; } = "simulator";

    /// <summary>
    /// The account's username, which targeting may follow; null lets everyone in, and still reads targeting from a username.
    /// </summary>
    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>What <see cref="Grammar"/> may be.</summary>
    public static IReadOnlyList<string> Grammars { get; } = [.. ProviderGrammar.All.Select(grammar => grammar.Name)];

    /// <summary>
    /// How its clients ask for exits, one of <see cref="Grammars"/>: what it does not know is refused with 400. Null tells from
    /// each client's shape.
    /// </summary>
    public string? Grammar { get; init; }

    /// <summary>Waited before each answer to a CONNECT, request or SOCKS command.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Share of requests refused with 502 (SOCKS5: general failure): 0 to 1.</summary>
    public double FailRate { get; init; }

    /// <summary>Share of requests that are heard and never answered: 0 to 1.</summary>
    public double BlackholeRate { get; init; }

    /// <summary>
    /// Exits in each country. 256: enough that a handful of sessions rarely share one, few enough to see reuse.
    /// </summary>
    public int Exits { get; init; } = 256;

    /// <summary>
    /// Real sites are dialled from this machine, as a provider would; without, only what is on this machine is.
    /// </summary>
    public bool ReachesRealSites { get; init; }

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        if ((Username is null) != (Password is null))
            yield return "A username needs a password, and a password a username.";
        if (Username is "" || Username?.Contains(':') == true)
            yield return "The username must not be empty or contain ':', which ends it in Basic authentication.";
        if (Latency < TimeSpan.Zero || Latency > TimeSpan.FromHours(1))
            yield return $"The latency {Latency} is not between 0 and one hour.";
        if (FailRate is not (>= 0 and <= 1))
            yield return $"The fail rate {FailRate} is not between 0 and 1.";
        if (BlackholeRate is not (>= 0 and <= 1))
            yield return $"The blackhole rate {BlackholeRate} is not between 0 and 1.";
        if (Grammar is not null && !Grammars.Contains(Grammar))
            yield return $"The grammar '{Grammar}' is none of {string.Join(", ", Grammars)}.";
        if (Exits is < 1 or > ExitPool.MaxExits)
            yield return $"The number of exits, {Exits}, is not between 1 and {ExitPool.MaxExits}.";
    }
}
