using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using AtlanticProxy.Benchmarks.Endurance;
using AtlanticProxy.Benchmarks.Load;
using AtlanticProxy.Benchmarks.Peers;
using AtlanticProxy.Benchmarks.Processes;

namespace AtlanticProxy.Benchmarks.Portal;

/// <summary>How many people are signed in at a time, and how long they are watched.</summary>
internal sealed record PageWork(int People, TimeSpan Length)
{
    public static readonly PageWork Promised = new(1_000, TimeSpan.FromMinutes(1));

    public static readonly PageWork Quick = new(50, TimeSpan.FromSeconds(5));
}

/// <summary>
/// Signed-in customers who read real pages, each in a session and on a connection of its own, beside proxied requests; then as
/// many who watch the live figures.
/// </summary>
internal sealed class PageLoad(PageWork work, LoadProcess load, Atlantic appliance, string dataFolder)
{
    /// <summary>How long somebody reads before the next click, in the mean.</summary>
    private static readonly TimeSpan Reading = TimeSpan.FromSeconds(10);

    /// <summary>Passwords that are checked at a time: each takes a core.</summary>
    private const int SignInsAtATime = 4;

    /// <summary>Proxied requests a second beside the pages.</summary>
    private const double ProxiedRate = 1_000;

    private const double FirstByteGoal = 20, ErrorGoal = 0.1, ViewersGoal = 0.1;

    private static readonly string[] Pages =
    [
        "/overview", "/usage", "/activity", "/locations", "/endpoints", "/credentials", "/plans", "/wallet", "/invoices", "/team",
        "/settings", "/security",
    ];

    private readonly List<double> _firstBytes = [];
    private int _failed;
    private string? _firstFailure;

    public bool Failed { get; private set; }

    public async Task<List<Row>> RunAsync()
    {
        var (portal, _, login) = appliance.Demonstration;
        await Readers.AddAsync(dataFolder, login.Email, work.People);
        var people = await SignInAsync(portal, login.Password);
        Console.Error.WriteLine($"  {people.Length} people are signed in");
        await ReadAsync(people, TimeSpan.FromTicks(work.Length.Ticks / 4)); // compiled, and read from the disk once
        _firstBytes.Clear();
        (_failed, _firstFailure) = (0, null);

        double cpu = ProcessTree.CpuSeconds(appliance.Pid);
        var proxied = load.RunAsync(new LoadJob(LoadKind.TunnelRequests, appliance.Port, appliance.Username, appliance.Password,
            Connections: 16, Seconds: work.Length.TotalSeconds, Rate: ProxiedRate));
        await ReadAsync(people, work.Length);
        double cores = (ProcessTree.CpuSeconds(appliance.Pid) - cpu) / work.Length.TotalSeconds;
        var through = await proxied;
        double viewers = await ViewersAsync(portal, people);
        foreach (var one in people)
            one.Dispose();
        return Report(cores, through, viewers);
    }

    private async Task<PortalVisitor[]> SignInAsync(Uri portal, string password)
    {
        var people = new PortalVisitor[work.People];
        await Parallel.ForAsync(0, work.People, new ParallelOptions { MaxDegreeOfParallelism = SignInsAtATime },
            async (number, _) => people[number] = await PortalVisitor.SignInAsync(portal, Readers.EmailOf(number + 1), password));
        return people;
    }

    private async Task ReadAsync(PortalVisitor[] people, TimeSpan length)
    {
        long end = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(people.Select((one, number) => Task.Run(async () =>
        {
            var chance = new Random(number); // the same clicks in each run
            for (int page = number; ; page++)
            {
                var reading = Reading * 2 * chance.NextDouble();
                if (Stopwatch.GetTimestamp() + (long)(reading.TotalSeconds * Stopwatch.Frequency) > end)
                    break;
                await Task.Delay(reading, TimeProvider.System);
                await LookAsync(one, Pages[page % Pages.Length]);
            }
        })));
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), end);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, TimeProvider.System);
    }

    private async Task LookAsync(PortalVisitor one, string page)
    {
        try
        {
            double firstByte = await one.OpenAsync(page);
            lock (_firstBytes)
                _firstBytes.Add(firstByte);
        }
        catch (Exception refused) when (refused is InvalidOperationException or HttpRequestException)
        {
            Interlocked.Increment(ref _failed);
            Interlocked.CompareExchange(ref _firstFailure, refused.Message, null);
        }
    }

    /// <summary>Cores that it takes to tell all of them the figures, above what the appliance takes at rest.</summary>
    private async Task<double> ViewersAsync(Uri portal, PortalVisitor[] people)
    {
        double Cores(double begun, TimeSpan length) => (ProcessTree.CpuSeconds(appliance.Pid) - begun) / length.TotalSeconds;
        double rest = ProcessTree.CpuSeconds(appliance.Pid);
        await Task.Delay(work.Length, TimeProvider.System);
        rest = Cores(rest, work.Length);
        var sockets = await Task.WhenAll(people.Select(one => WatchAsync(portal, one)));
        using var stop = new CancellationTokenSource();
        var listening = Task.WhenAll(sockets.Select(socket => ListenAsync(socket, stop.Token)));
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System); // until greetings are over
        double watched = ProcessTree.CpuSeconds(appliance.Pid);
        await Task.Delay(work.Length, TimeProvider.System);
        watched = Cores(watched, work.Length);
        await stop.CancelAsync();
        int[] told = await listening;
        foreach (var socket in sockets)
            socket.Dispose();
        Console.Error.WriteLine($"  {sockets.Length} viewers were told {told.Sum()} times, at least {told.Min()} each");
        if (told.Min() < work.Length.TotalSeconds / 2)
            Fail("not every viewer was told each second");
        return watched - rest;
    }

    private static async Task<ClientWebSocket> WatchAsync(Uri portal, PortalVisitor one)
    {
        var socket = new ClientWebSocket();
        socket.Options.Cookies = one.Cookies;
        socket.Options.SetRequestHeader("Origin", portal.GetLeftPart(UriPartial.Authority));
        await socket.ConnectAsync(new UriBuilder(portal) { Scheme = "ws", Path = "/live" }.Uri, CancellationToken.None);
        // SignalR's greeting: https://github.com/dotnet/aspnetcore, src/SignalR/docs/specs/HubProtocol.md.
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e"), WebSocketMessageType.Text,
            endOfMessage: true, CancellationToken.None);
        return socket;
    }

    /// <returns>Messages that came.</returns>
    private static async Task<int> ListenAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        byte[] buffer = new byte[4096];
        int messages = 0;
        try
        {
            while (true)
                if ((await socket.ReceiveAsync(buffer, cancellation)).EndOfMessage)
                    messages++;
        }
        catch (OperationCanceledException)
        {
            return messages;
        }
    }

    private List<Row> Report(double cores, LoadResult proxied, double viewers)
    {
        double[] sorted = [.. _firstBytes.Order()];
        double At(double part) => sorted[(int)(part * (sorted.Length - 1))];
        double errors = 100.0 * _failed / (_failed + sorted.Length);
        if (_failed > 0)
            Console.Error.WriteLine($"  failed: {_failed}, first: {_firstFailure}");
        if (proxied.Errors > 0)
            Fail($"proxied requests: {proxied.Errors} failed, first: {proxied.FirstError}");
        Goal quick = Goal.Under(FirstByteGoal, "ms", At(0.5)), sound = Goal.Under(ErrorGoal, "%", errors),
            cheap = Goal.Under(ViewersGoal, "cores", viewers);
        Failed |= !quick.IsReached || !sound.IsReached || !cheap.IsReached;
        return
        [
            Row($"pages of {work.People:N0} people, first byte, half within", "ms", At(0.5), quick),
            Row("the same, 99 of 100 within", "ms", At(0.99)),
            Row("pages a second", "1/s", sorted.Length / work.Length.TotalSeconds),
            Row("pages that failed", "%", errors, sound),
            Row("cores of the appliance, PostgreSQL included", "cores", cores),
            Row($"proxied requests beside, of {ProxiedRate:N0} a second", "1/s", proxied.CountPerSecond),
            Row($"cores for {work.People:N0} viewers of live figures", "cores", viewers, cheap),
        ];
    }

    private Row Row(string title, string unit, double figure, params Goal[] goals) =>
        new(Benchmarks.Row.Pages, title, unit, new Dictionary<string, double> { [appliance.Name] = figure }, goals);

    private void Fail(string reason)
    {
        Failed = true;
        Console.Error.WriteLine($"  failed: {reason}");
    }
}
