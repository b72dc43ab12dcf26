using System.Diagnostics;
using System.Text.Json;
using AtlanticProxy.Benchmarks.Processes;
using AtlanticProxy.Benchmarks.Stub;
using AtlanticProxy.Engine.Transport;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Benchmarks.Load;

/// <summary>
/// The load process: generator and upstream stub on one event loop, so that they share one core without taking it from each
/// other. Reads a <see cref="LoadJob"/> a line from standard input, writes a <see cref="LoadResult"/> a line. The first line it
/// writes is the stub's port.
/// </summary>
internal static class LoadHost
{
    /// <summary>Time to open held tunnels, and for released ones to end.</summary>
    private static readonly TimeSpan HoldTimeout = TimeSpan.FromSeconds(60), ReleaseTime = TimeSpan.FromSeconds(1),
        Poll = TimeSpan.FromMilliseconds(20);

    public static async Task<int> RunAsync()
    {
        _ = DescriptorLimit.Connections; // raises it
        using var loggers = LoggerFactory.Create(logging =>
            logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        using var loop = new EventLoop(0, TimeProvider.System, loggers.CreateLogger("load"));
        var stub = new StubListener(loop);
        loop.Start();
        Console.WriteLine(stub.Port);

        LoadRun? held = null;
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var job = JsonSerializer.Deserialize<LoadJob>(line) ?? throw new InvalidOperationException("a job is expected");
            LoadResult result;
            if (job.Kind == LoadKind.Hold)
                (held, result) = await HoldAsync(loop, job);
            else if (job.Kind == LoadKind.Release)
                result = await ReleaseAsync(loop, held);
            else if (job.Limit > 0)
                result = await FinishAsync(loop, job);
            else
                result = await DriveAsync(loop, job);
            Console.WriteLine(JsonSerializer.Serialize(result));
        }
        return 0;
    }

    private static async Task<LoadResult> DriveAsync(EventLoop loop, LoadJob job)
    {
        var run = new LoadRun(loop, job);
        await OnLoopAsync(loop, run.Start);
        await Task.Delay(TimeSpan.FromSeconds(job.WarmSeconds), TimeProvider.System);

        double cpu = job.Pid == 0 ? 0 : ProcessTree.CpuSeconds(job.Pid);
        long since = Stopwatch.GetTimestamp();
        await OnLoopAsync(loop, run.Measure);
        await Task.Delay(TimeSpan.FromSeconds(job.Seconds), TimeProvider.System);
        var (count, bytes, errors, first) = (0L, 0L, 0L, (string?)null);
        await OnLoopAsync(loop, () => (count, bytes, errors, first) = (run.Count, run.Bytes, run.Errors, run.FirstError));
        double wall = Stopwatch.GetElapsedTime(since).TotalSeconds;
        cpu = job.Pid == 0 ? 0 : ProcessTree.CpuSeconds(job.Pid) - cpu;

        await OnLoopAsync(loop, run.Stop);
        var (p50, p99) = run.Latencies();
        return new LoadResult(count, bytes, errors, first, wall, cpu, p50, p99);
    }

    private static async Task<LoadResult> FinishAsync(EventLoop loop, LoadJob job)
    {
        var run = new LoadRun(loop, job with { Connections = (int)Math.Min(job.Connections, job.Limit) });
        long since = Stopwatch.GetTimestamp();
        await OnLoopAsync(loop, run.Start);
        while (run.Count + run.Errors < job.Limit && Stopwatch.GetElapsedTime(since).TotalSeconds < job.Seconds)
            await Task.Delay(Poll, TimeProvider.System);
        await OnLoopAsync(loop, run.Stop);
        long missing = Math.Max(job.Limit - run.Count - run.Errors, 0);
        string? error = run.FirstError ?? (missing > 0 ? "not done in time" : null);
        return new LoadResult(
            run.Count, run.Bytes, run.Errors + missing, error, Stopwatch.GetElapsedTime(since).TotalSeconds, CpuSeconds: 0);
    }

    private static async Task<(LoadRun Run, LoadResult Result)> HoldAsync(EventLoop loop, LoadJob job)
    {
        var run = new LoadRun(loop, job);
        long since = Stopwatch.GetTimestamp();
        await OnLoopAsync(loop, run.Start);
        while (run.Open < job.Connections && run.Errors == 0 && Stopwatch.GetElapsedTime(since) < HoldTimeout)
            await Task.Delay(Poll, TimeProvider.System);
        return (run, new LoadResult(run.Open, 0, run.Errors, run.FirstError, Stopwatch.GetElapsedTime(since).TotalSeconds, 0));
    }

    private static async Task<LoadResult> ReleaseAsync(EventLoop loop, LoadRun? held)
    {
        if (held is not null)
            await OnLoopAsync(loop, held.Stop);
        await Task.Delay(ReleaseTime, TimeProvider.System);
        return new LoadResult(0, 0, 0, null, 0, 0);
    }

    private static Task OnLoopAsync(EventLoop loop, Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() =>
        {
            work();
            done.SetResult();
        });
        return done.Task;
    }
}
