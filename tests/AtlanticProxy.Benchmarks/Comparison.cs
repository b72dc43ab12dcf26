using AtlanticProxy.Benchmarks.Allocations;
using AtlanticProxy.Benchmarks.Load;
using AtlanticProxy.Benchmarks.Metering;
using AtlanticProxy.Benchmarks.Peers;
using AtlanticProxy.Benchmarks.Processes;
using AtlanticProxy.Benchmarks.Shadowsocks;

namespace AtlanticProxy.Benchmarks;

/// <summary>
/// Runs the rows: every proxy in turn, several rounds, and the median of each. All proxies run throughout; only one at a time has
/// work.
/// </summary>
internal sealed class Comparison(BenchmarkOptions options, string folder, LoadProcess load, Atlantic ours,
    IReadOnlyList<Peer> peers, Func<int, Task<Atlantic>> startWithLoops)
{
    private const double BytesPerMegabyte = 1e6, Kilobyte = 1024;

    /// <summary>Tunnels that carry bulk at a time.</summary>
    private const int BulkTunnels = 16;

    /// <summary>
    /// Time after the last tunnel opened, or closed, until memory is read: a garbage collection and a malloc trim fit in.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private readonly List<LoadResult> _failed = [];

    private Peer Squid => peers.Single(peer => peer is Squid);

    private Peer Haproxy => peers.Single(peer => peer is HaproxyL4);

    public async Task<List<Row>> RunAsync()
    {
        var rows = new List<Row>();
        foreach (var peer in peers)
            peer.BaseMemory = (ProcessTree.ResidentBytes(peer.Pid), ProcessTree.ProportionalBytes(peer.Pid));
        await WarmAsync();
        // Before the heavy rows: a heap that has grown for them has room that would flatter the tunnels.
        if (options.Includes(Row.Memory))
            rows.AddRange(await MemoryAsync());
        if (options.Includes(Row.Connect))
            rows.Add(await ConnectAsync());
        if (options.Includes(Row.Socks5))
            rows.AddRange(await Socks5Async());
        if (options.Includes(Row.Requests) || options.Includes(Row.Latency))
            rows.AddRange(await RequestsAsync());
        if (options.Includes(Row.Bulk))
            rows.Add(await BulkAsync());
        if (options.Includes(Row.Forward))
            rows.Add(await ForwardAsync());
        if (options.Includes(Row.Post))
            rows.Add(await PostAsync());
        if (options.Includes(Row.Allocations))
            rows.AddRange(await AllocationCount.RunAsync());
        if (options.Includes(Row.Shadowsocks))
            rows.AddRange(KeyTrialCost.Run());
        if (options.Includes(Row.Cores))
            rows.AddRange(await CoresAsync());
        if (options.Includes(Row.Usage))
            rows.AddRange(await UsageThroughput.RunAsync(folder));
        return rows;
    }

    // What is measured is an appliance that has run for a while: the first seconds of each kind of work also pay for compiling
    // its code, twice for most of it (.NET's tiers), on the same core. New tunnels run the most code, and take the longest until
    // all of it is compiled.
    private async Task WarmAsync()
    {
        foreach (var build in peers.OfType<Atlantic>())
        {
            foreach (var kind in new[] { LoadKind.Socks5, LoadKind.TunnelRequests, LoadKind.Forward })
                await load.RunAsync(Job(build, kind));
            await load.RunAsync(Job(build, LoadKind.Connect) with { Seconds = options.WarmSeconds });
        }
    }

    private async Task<Row> ConnectAsync()
    {
        var turns = await TurnsAsync(peers, LoadKind.Connect);
        return new Row(Row.Connect, "new CONNECT tunnels", "per CPU-s", Medians(turns, PerCpu),
            [AtLeast(2.0, Squid, turns, PerCpu), AtLeast(1.0, Haproxy, turns, PerCpu), .. OtherBuild(turns, PerCpu)]);
    }

    private async Task<List<Row>> Socks5Async()
    {
        var able = peers.Where(peer => peer.HasSocks5).ToList();
        // Beside CONNECT in the same turns, since that is what it is compared with.
        var connects = new Dictionary<Peer, List<LoadResult>>();
        var atOnce = new Dictionary<Peer, List<LoadResult>>();
        static void Keep(Dictionary<Peer, List<LoadResult>> turns, Peer peer, LoadResult turn) =>
            (turns.TryGetValue(peer, out var list) ? list : turns[peer] = []).Add(turn);
        var socks = await TurnsAsync(able, LoadKind.Socks5, async peer =>
        {
            Keep(connects, peer, await TurnAsync(peer, LoadKind.Connect));
            Keep(atOnce, peer, await TurnAsync(peer, LoadKind.Socks5AtOnce));
        });
        Row Of(string title, Dictionary<Peer, List<LoadResult>> turns) =>
            new(Row.Socks5, title, "per CPU-s", Medians(turns, PerCpu),
            [Goal.AtLeast(1.0, "own CONNECT", Ratio(turns[ours], connects[ours], PerCpu))]);
        return [Of("new SOCKS5 tunnels, three round trips", socks), Of("new SOCKS5 tunnels, handshake in one packet", atOnce)];
    }

    private async Task<List<Row>> RequestsAsync()
    {
        var turns = await TurnsAsync(peers, LoadKind.TunnelRequests);
        var rows = new List<Row>();
        if (options.Includes(Row.Requests))
            rows.Add(new Row(Row.Requests, "1 KB requests in open tunnels", "per CPU-s", Medians(turns, PerCpu),
                [AtLeast(1.1, Haproxy, turns, PerCpu), .. OtherBuild(turns, PerCpu)]));
        if (options.Includes(Row.Latency))
            rows.AddRange(await LatencyAsync(Medians(turns, result => result.CountPerSecond)));
        return rows;
    }

    // At half of what each proxy did at most, evenly spaced; the same straight to the stub is taken off.
    private async Task<List<Row>> LatencyAsync(Dictionary<string, double> capacity)
    {
        var added = new Dictionary<Peer, List<(double P50, double P99)>>();
        for (int round = 0; round < options.Rounds; round++)
            foreach (var peer in peers)
            {
                double rate = capacity[peer.Name] / 2;
                var through = await load.RunAsync(Job(peer, LoadKind.TunnelRequests) with { Rate = rate });
                var straight =
                    await load.RunAsync(
                        new LoadJob(LoadKind.TunnelRequests, load.StubPort, "", "", Seconds: options.Seconds, Rate: rate));
                Note(peer.Name, through);
                (added.TryGetValue(peer, out var list) ? list : added[peer] = [])
                    .Add((through.P50 - straight.P50, through.P99 - straight.P99));
            }
        return
        [
            new Row(Row.Latency, "latency added at half load, p50", "us",
                added.ToDictionary(pair => pair.Key.Name, pair => Median(pair.Value.Select(turn => turn.P50))), []),
            new Row(Row.Latency, "latency added at half load, p99", "us",
                added.ToDictionary(pair => pair.Key.Name, pair => Median(pair.Value.Select(turn => turn.P99))), []),
        ];
    }

    private async Task<Row> BulkAsync()
    {
        static double Megabytes(LoadResult result) => result.MegabytesPerCpuSecond;
        var turns = await TurnsAsync(peers, LoadKind.Bulk);
        var figures = Medians(turns, Megabytes);
        var best = peers.Where(peer => peer is not Atlantic).MaxBy(peer => figures[peer.Name])!;
        return new Row(Row.Bulk, "bulk, 10 MB bodies, 16 tunnels", "MB per CPU-s", figures,
            [AtLeast(2.0, Squid, turns, Megabytes), AtLeast(1.5, best, turns, Megabytes), .. OtherBuild(turns, Megabytes)]);
    }

    private async Task<Row> ForwardAsync()
    {
        var turns = await TurnsAsync(peers, LoadKind.Forward);
        return new Row(Row.Forward, "absolute-form HTTP, keep-alive, 1 KB", "per CPU-s", Medians(turns, PerCpu),
            [AtLeast(3.0, Squid, turns, PerCpu), .. OtherBuild(turns, PerCpu)]);
    }

    private async Task<Row> PostAsync()
    {
        var turns = await TurnsAsync(peers, LoadKind.Post);
        return new Row(Row.Post, "absolute-form POST, keep-alive, 1 KB", "per CPU-s", Medians(turns, PerCpu),
            [AtLeast(3.0, Squid, turns, PerCpu), .. OtherBuild(turns, PerCpu)]);
    }

    private async Task<List<Row>> MemoryAsync()
    {
        var perTunnel = new Dictionary<string, double>();
        double oursAbove = 0;
        foreach (var peer in peers)
        {
            await load.RunAsync(Job(peer, LoadKind.Release)); // what an earlier row left behind has ended
            await Task.Delay(Settling, TimeProvider.System);
            long before = ProcessTree.ResidentBytes(peer.Pid);
            var held = await load.RunAsync(Job(peer, LoadKind.Hold) with { Connections = options.IdleTunnels });
            Note(peer.Name, held);
            await Task.Delay(Settling, TimeProvider.System);
            double above = ProcessTree.ResidentBytes(peer.Pid) - before;
            await load.RunAsync(Job(peer, LoadKind.Release));
            Console.Error.WriteLine(
                $"  {peer.Name}: {held.Count} idle tunnels, {above / BytesPerMegabyte:0.0} MB above "
                    + $"{before / BytesPerMegabyte:0.0} MB");
            if (held.Count == 0)
                continue;
            perTunnel[peer.Name] = above / held.Count / Kilobyte;
            if (peer == ours)
                oursAbove = above / BytesPerMegabyte;
        }
        var process = peers.ToDictionary(peer => peer.Name, peer => peer.BaseMemory.Process / BytesPerMegabyte);
        var tree = peers.ToDictionary(peer => peer.Name, peer => peer.BaseMemory.Tree / BytesPerMegabyte);
        return
        [
            new Row(Row.Memory, $"resident memory per idle tunnel, {options.IdleTunnels} open", "KB", perTunnel,
                [Goal.Under(1, "KB", perTunnel.GetValueOrDefault(ours.Name)), Goal.Under(16, "MB in all", oursAbove)]),
            new Row(Row.Memory, "base memory, process (RSS)", "MB", process, [Goal.Under(200, "MB", process[ours.Name])]),
            new Row(Row.Memory, "base memory, process tree (PSS)", "MB", tree, []),
        ];
    }

    // The generator needs about as much of a core for a tunnel as the proxy, so on two cores it would be what is measured. Loops
    // that are each held to the same small share of a core leave it room; whether the second one adds as much as the first has is
    // then a matter of what they share.
    private async Task<List<Row>> CoresAsync()
    {
        await using var one = await startWithLoops(1);
        await using var two = await startWithLoops(2);
        foreach (var appliance in new[] { one, two })
        {
            await load.RunAsync(Job(appliance, LoadKind.Connect) with { Seconds = options.WarmSeconds });
            await appliance.HoldLoopsToShareAsync();
        }
        var turns = await TurnsAsync([one, two], LoadKind.Connect);
        return
        [
            new Row(Row.Cores, $"new CONNECT tunnels, one loop and two, each held to {Atlantic.LoopShare:0%} of a core", "per s",
                Medians(turns, result => result.CountPerSecond),
                [Goal.AtLeast(1.8, "one loop", Ratio(turns[two], turns[one], result => result.CountPerSecond))]),
            new Row(Row.Cores, "the same, cost", "per CPU-s", Medians(turns, PerCpu), []),
        ];
    }

    private async Task<Dictionary<Peer, List<LoadResult>>> TurnsAsync(
        IReadOnlyList<Peer> able, LoadKind kind, Func<Peer, Task>? between = null)
    {
        var turns = able.ToDictionary(peer => peer, _ => new List<LoadResult>());
        foreach (var peer in able)
            await load.RunAsync(Job(peer, kind) with { WarmSeconds = 0 }); // not counted: caches fill, code is compiled
        for (int round = 0; round < options.Rounds; round++)
            foreach (var peer in able)
            {
                turns[peer].Add(await TurnAsync(peer, kind));
                if (between is not null)
                    await between(peer);
            }
        return turns;
    }

    private async Task<LoadResult> TurnAsync(Peer peer, LoadKind kind)
    {
        var result = await load.RunAsync(Job(peer, kind));
        Note(peer.Name, result);
        Console.Error.WriteLine(
            $"  {kind,-15} {peer.Name,-14} {result.CountPerSecond,9:0}/s {result.CountPerCpuSecond,9:0}/CPU-s "
                + $"{result.MegabytesPerCpuSecond,7:0} MB/CPU-s  {result.CpuSeconds / result.WallSeconds,4:0%} of a core");
        return result;
    }

    private LoadJob Job(Peer peer, LoadKind kind) => new(kind, peer.Port, peer.Username, peer.Password, peer.Pid,
        kind == LoadKind.Bulk ? BulkTunnels : 64, options.Seconds);

    private void Note(string peer, LoadResult result)
    {
        if (result.Errors == 0)
            return;
        _failed.Add(result);
        Console.Error.WriteLine($"  {peer}: {result.Errors} failed, first: {result.FirstError?.ReplaceLineEndings(" ")}");
    }

    /// <summary>Connections of the whole run that did not get what they asked for.</summary>
    public long Failures => _failed.Sum(result => result.Errors);

    private Goal AtLeast(double factor, Peer than, Dictionary<Peer, List<LoadResult>> turns, Func<LoadResult, double> figure) =>
        Goal.AtLeast(factor, than.Name, Ratio(turns[ours], turns[than], figure));

    // A ratio between 0.95 and 1.05 is no difference: single turns vary by 12 %.
    private IEnumerable<Goal> OtherBuild(Dictionary<Peer, List<LoadResult>> turns, Func<LoadResult, double> figure) =>
        peers.OfType<Atlantic>().Where(build => build != ours)
            .Select(build => Goal.AtLeast(1.0, build.Name, Ratio(turns[ours], turns[build], figure)));

    // Each round's own ratio, and of those the median: what slows the machine for a while slows both turns of a round.
    private static double Ratio(List<LoadResult> ours, List<LoadResult> theirs, Func<LoadResult, double> figure) =>
        Median(ours.Zip(theirs, (our, their) => figure(our) / figure(their)));

    private static double PerCpu(LoadResult result) => result.CountPerCpuSecond;

    private static Dictionary<string, double> Medians(
        Dictionary<Peer, List<LoadResult>> turns, Func<LoadResult, double> figure) =>
        turns.ToDictionary(pair => pair.Key.Name, pair => Median(pair.Value.Select(figure)));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
