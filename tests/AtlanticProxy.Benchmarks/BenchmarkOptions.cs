using System.Globalization;
using AtlanticProxy.Benchmarks.Endurance;
using AtlanticProxy.Benchmarks.Portal;

namespace AtlanticProxy.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchmarkOptions
{
    /// <summary>The appliance: path of atlanticproxy.dll.</summary>
    public string Binary { get; private init; } = "";

    /// <summary>Another build of the appliance, which takes its turns beside the first; null for none.</summary>
    public string? Against { get; private init; }

    /// <summary>
    /// Measured seconds of each turn: as short as the ticks of CPU time allow (10 ms), so that those compared with each other
    /// follow each other closely.
    /// </summary>
    public double Seconds { get; private init; } = 1;

    public int Rounds { get; private init; } = 7;

    /// <summary>
    /// Seconds of new tunnels before anything is measured: after some 10 s, `perf` shows no compiling any more.
    /// </summary>
    public double WarmSeconds { get; private init; } = 20;

    /// <summary>Idle tunnels whose memory is measured.</summary>
    public int IdleTunnels { get; private init; } = 8_000;

    /// <summary>What <see cref="Row.Endurance"/> does.</summary>
    public EnduranceWork Endurance { get; private init; } = EnduranceWork.Promised;

    /// <summary>Subscriptions that are due in the night of <see cref="Row.Renewals"/>.</summary>
    public int Renewals { get; private init; } = 100_000;

    /// <summary>What <see cref="Row.Pages"/> does.</summary>
    public PageWork Pages { get; private init; } = PageWork.Promised;

    /// <summary>What <see cref="Row.Api"/> does.</summary>
    public ApiWork Api { get; private init; } = ApiWork.Promised;

    /// <summary>Rows to run; empty for all but <see cref="Row.Apart"/>.</summary>
    public IReadOnlyList<string> Only { get; private init; } = [];

    /// <summary>Where the same figures are written as JSON; null for nowhere.</summary>
    public string? JsonFile { get; private init; }

    public const string Usage = """
        bench [--quick] [--only ROW[,ROW]] [--rounds N] [--json FILE] [--against DLL]
          --quick    one short round: to see that it works, not for figures
          --only     rows: connect, requests, bulk, forward, socks5, memory, latency, allocations, cores, shadowsocks, usage;
                     and four that run only when they are named: endurance, resident memory over ten minutes of mixed work,
                     renewals, those of 100 000 subscriptions in one night, pages, the portal with 1 000 people signed in,
                     and api, 2 000 reads and 500 writes a second by the web API
          --against  another build's atlanticproxy.dll, measured in turns with this one
        """;

    /// <summary>Null when the arguments make no sense.</summary>
    public static BenchmarkOptions? Parse(string[] arguments)
    {
        var options = new BenchmarkOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            string? value = i + 1 < arguments.Length ? arguments[i + 1] : null;
            switch (arguments[i])
            {
                case "--quick":
                    options = options with { Seconds = 0.5, WarmSeconds = 0.5, Rounds = 1, IdleTunnels = 1_000 };
                    options = options with { Endurance = EnduranceWork.Quick, Renewals = 1_000, Pages = PageWork.Quick };
                    options = options with { Api = ApiWork.Quick };
                    continue;
                case "--binary" when value is not null:
                    options = options with { Binary = value };
                    break;
                case "--against" when value is not null:
                    options = options with { Against = Path.GetFullPath(value) };
                    break;
                case "--only" when value is not null && value.Split(',').All(Row.Names.Contains):
                    options = options with { Only = value.Split(',') };
                    break;
                case "--json" when value is not null:
                    options = options with { JsonFile = Path.GetFullPath(value) };
                    break;
                case "--rounds" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int rounds)
                    && rounds is > 0 and <= 100:
                    options = options with { Rounds = rounds };
                    break;
                default:
                    return null;
            }
            i++;
        }
        return options.Binary.Length > 0 ? options : null;
    }

    public bool Includes(string row) => Only.Contains(row) || (Only.Count == 0 && !Row.Apart.Contains(row));

    /// <summary>Whether any row compares with other proxies.</summary>
    public bool Compares => Only.Count == 0 || Only.Any(row => !Row.Apart.Contains(row));
}
