using AtlanticProxy.Benchmarks.Load;
using AtlanticProxy.Benchmarks.Peers;

namespace AtlanticProxy.Benchmarks.Endurance;

/// <summary>
/// The promise of 200 MB: what the appliance's process has resident, at its highest and in the long run, while all kinds of
/// work are done in turns. The demonstration's simulated providers run in the same process, as with <c>./atlantic run</c>.
/// </summary>
internal sealed class EnduranceRun(EnduranceWork work, LoadProcess load, Atlantic appliance)
{
    /// <summary>10^6, as in all of the benchmark's figures of base memory; by 2^20 they would be 5 % smaller.</summary>
    private const double BytesPerMegabyte = 1e6;

    private const double MostMegabytes = 200;

    /// <summary>A turn's tunnels, or bodies, may take so long: far more than they do.</summary>
    private const double JobSeconds = 60;

    /// <summary>Tunnels that are opened, or carry bulk, at a time.</summary>
    private const int AtATime = 16;

    /// <summary>Phases of a turn.</summary>
    private const string Tunnels = "tunnels", Bulk = "bulk", Pages = "pages", Verbs = "verbs", Rest = "rest";

    /// <summary>What happens once, before the first turn.</summary>
    private const string Start = "start", Crawl = "crawl";

    private readonly List<string> _failures = [];
    private long _tunnels, _bytes, _pages, _verbs;
    private int _verb;

    public bool Failed { get; private set; }

    /// <summary>Memory at each second, for <c>--json</c>.</summary>
    public IReadOnlyList<MemorySamples.Sample> Samples { get; private set; } = [];

    public async Task<List<Row>> RunAsync()
    {
        var (portal, adminLogin, customerLogin) = appliance.Demonstration;
        await using var memory = new MemorySamples(appliance.Pid);
        memory.EndPhase(Start);
        using var admin = await PortalVisitor.SignInAsync(portal, adminLogin.Email, adminLogin.Password);
        using var customer = await PortalVisitor.SignInAsync(portal, customerLogin.Email, customerLogin.Password);
        _pages += await admin.CrawlAsync() + await customer.CrawlAsync();
        memory.EndPhase(Crawl);
        Console.Error.WriteLine($"  {admin.Pages.Count} pages of the admin, {customer.Pages.Count} of the customer");

        var begun = memory.Elapsed;
        for (int turn = 0; turn < work.Turns; turn++)
        {
            await TurnAsync(turn, memory, [admin, customer]);
            var left = begun + (turn + 1) * EnduranceWork.Turn - memory.Elapsed;
            if (left > TimeSpan.Zero)
                await Task.Delay(left, TimeProvider.System);
            memory.EndPhase(Rest);
            var done = (turn + 1) * EnduranceWork.Turn;
            if (done.Ticks / work.Part.Ticks > (done - EnduranceWork.Turn).Ticks / work.Part.Ticks)
                Console.Error.WriteLine($"  {done.TotalSeconds,4:0} s: {Text(ResidentMemory.Of(appliance.Pid))}");
        }
        Part Of(int number)
        {
            var (from, to) = (begun + (number - 1) * work.Part, begun + number * work.Part);
            return new(memory.Mean(from, to) / BytesPerMegabyte, memory.Most(from, to) / BytesPerMegabyte);
        }
        Samples = memory.All;
        return Report(memory.Peaks, Of(3), Of(10));
    }

    private async Task TurnAsync(int turn, MemorySamples memory, PortalVisitor[] visitors)
    {
        await LoadAsync(LoadKind.Connect, work.Share(work.Tunnels, turn), result => _tunnels += result.Count);
        memory.EndPhase(Tunnels);
        await LoadAsync(LoadKind.Bulk, work.Share(work.Bodies, turn), result => _bytes += result.Bytes);
        memory.EndPhase(Bulk);
        // Both at a time, by turns the larger half.
        long pages = work.Share(work.Pages, turn);
        await Task.WhenAll(visitors.Select(
            (visitor, index) => LookAsync(visitor, (pages + (index + turn) % visitors.Length) / visitors.Length)));
        memory.EndPhase(Pages);
        for (long left = work.Share(work.Verbs, turn); left > 0; left--)
            await VerbAsync();
        memory.EndPhase(Verbs);
    }

    private async Task LoadAsync(LoadKind kind, long count, Action<LoadResult> note)
    {
        var job = new LoadJob(kind, appliance.Port, appliance.Username, appliance.Password, Connections: AtATime);
        var result = await load.RunAsync(job with { Seconds = JobSeconds, Limit = count });
        note(result);
        if (result.Errors > 0)
            Fail($"{kind}: {result.Errors} failed, first: {result.FirstError}");
    }

    private async Task LookAsync(PortalVisitor visitor, long count)
    {
        try
        {
            for (; count > 0; count--)
            {
                await visitor.LookAsync();
                Interlocked.Increment(ref _pages);
            }
        }
        catch (Exception refused) when (refused is InvalidOperationException or HttpRequestException)
        {
            Fail(refused.Message);
        }
    }

    private async Task VerbAsync()
    {
        try
        {
            await appliance.CliAsync(NextVerb());
            _verbs++;
        }
        catch (InvalidOperationException failed)
        {
            Fail(failed.Message);
        }
    }

    // What people ask most, and what makes the appliance work: a new customer and proxy user are a new snapshot of the engine's.
    private string[] NextVerb()
    {
        int number = _verb++;
        string customer = $"customer{number / 10}@example.test";
        return (number % 10) switch
        {
            0 => ["customer", "add", customer, "--plan", "Starter"],
            1 => ["proxy-user", "add", customer, $"user{number / 10:000}"],
            2 => ["customer", "credit", customer, "10", "--memo", "a trial"],
            3 => ["customer", "balance", customer],
            4 => ["customer", "list"],
            5 => ["usage"],
            6 => ["provider", "list"],
            7 => ["plan", "list"],
            8 => ["connections", appliance.Username],
            _ => ["locations", "--country", "de"],
        };
    }

    /// <summary>A tenth of the time, MB.</summary>
    private readonly record struct Part(double Mean, double Most);

    private List<Row> Report(IReadOnlyDictionary<string, long> peaks, Part third, Part last)
    {
        double highest = peaks.Values.Max() / BytesPerMegabyte;
        Console.Error.WriteLine($"  done: {_tunnels} tunnels, {_bytes / 1e9:0.00} GB, {_pages} pages, {_verbs} verbs");
        string byPhase = string.Join(", ", peaks.Select(peak => $"{peak.Key} {peak.Value / BytesPerMegabyte:0.0}"));
        Console.Error.WriteLine($"  highest by phase (MB): {byPhase}");
        Console.Error.WriteLine($"  in the end: {Text(ResidentMemory.Of(appliance.Pid))}; of it (MB):");
        foreach (var (kind, bytes) in MemoryMap.Of(appliance.Pid))
            Console.Error.WriteLine($"    {bytes / BytesPerMegabyte,6:0.0} {kind}");
        var high = Goal.Under(MostMegabytes, "MB", highest);
        // To a tenth, as it is printed: less than that is no growth.
        var growth = Goal.NotAbove($"third {third.Mean:0.0}", Math.Round(third.Mean, 1), Math.Round(last.Mean, 1));
        Failed = _failures.Count > 0 || !high.IsReached || !growth.IsReached;
        Console.Error.WriteLine($"  {Verdict(high.IsReached)} highest {highest:0.0} MB, under {MostMegabytes} MB");
        Console.Error.WriteLine(
            $"  {Verdict(growth.IsReached)} last tenth of the time {last.Mean:0.0} MB in the mean, "
            + $"not above the third, {third.Mean:0.0} MB (at their highest: {last.Most:0.0} and {third.Most:0.0} MB)");
        return
        [
            Row($"resident memory at its highest in {work.Length.TotalMinutes:0} min of all work", highest, high),
            .. peaks.Select(peak => Row($"the same, {peak.Key}", peak.Value / BytesPerMegabyte)),
            Row("resident memory, third tenth of the time, mean", third.Mean),
            Row("the same, highest", third.Most),
            Row("resident memory, last tenth of the time, mean", last.Mean, growth),
            Row("the same, highest", last.Most),
        ];
    }

    private Row Row(string title, double figure, params Goal[] goals) =>
        new(Benchmarks.Row.Endurance, title, "MB", new Dictionary<string, double> { [appliance.Name] = figure }, goals);

    private void Fail(string reason)
    {
        lock (_failures)
            _failures.Add(reason);
        Console.Error.WriteLine($"  failed: {reason.ReplaceLineEndings(" ")}");
    }

    private static string Verdict(bool reached) => reached ? "PASS" : "FAIL";

    private static string Text(ResidentMemory memory) =>
        $"{memory.Resident / BytesPerMegabyte:0.0} MB (anonymous {memory.Anonymous / BytesPerMegabyte:0.0}, "
        + $"files {memory.File / BytesPerMegabyte:0.0}, memory files {memory.Shared / BytesPerMegabyte:0.0})";
}
