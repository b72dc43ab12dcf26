using System.Collections.Concurrent;

namespace AtlanticProxy.Host.Serving;

/// <summary>
/// Runs the loops that live as long as the appliance. One that throws, or ends though nobody asked it to, is recorded and started
/// again after a pause: it never takes the gateway down with it, which .NET's hosted services do by default.
/// </summary>
internal sealed partial class BackgroundWork(TimeProvider time, ILogger<BackgroundWork> logger) : IAsyncDisposable
{
    /// <summary>First and longest pause; a loop that ran for longer than the latter begins at the first again.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>More than the usage flusher's own bound for its last bytes.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Task> _loops = new();
    private readonly ConcurrentDictionary<string, Failure> _failures = new();

    /// <param name="At">When it failed.</param>
    /// <param name="Times">How often since the start of the appliance.</param>
    public sealed record Failure(string Message, DateTimeOffset At, int Times);

    /// <summary>Loops that are waiting to be started again now, by name.</summary>
    public IReadOnlyDictionary<string, Failure> Failing => _failures;

    /// <summary>Starts <paramref name="work"/>, which runs until its token is cancelled.</summary>
    public void Start(string name, Func<CancellationToken, Task> work)
    {
        if (!_loops.TryAdd(name, Task.Run(() => RunAsync(name, work))))
            throw new InvalidOperationException($"{name} runs already.");
    }

    /// <summary>Cancels every loop and waits for all to end, for <see cref="StopTimeout"/> at most.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        try
        {
            await Task.WhenAll(_loops.Values).WaitAsync(StopTimeout, time);
        }
        catch (TimeoutException)
        {
            LogStuck(logger, string.Join(", ", _loops.Where(loop => !loop.Value.IsCompleted).Select(loop => loop.Key)),
                StopTimeout.TotalSeconds);
        }
    }

    private async Task RunAsync(string name, Func<CancellationToken, Task> work)
    {
        var pause = FirstPause;
        for (int times = 1; ; times++)
        {
            long began = time.GetTimestamp();
            try
            {
                _failures.TryRemove(name, out _);
                await work(_stopping.Token);
                if (_stopping.IsCancellationRequested)
                    return;
                throw new InvalidOperationException($"{name} ended by itself.");
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                if (time.GetElapsedTime(began) > LongestPause)
                    pause = FirstPause;
                _failures[name] = new Failure(fault.Message, time.GetUtcNow(), times);
                LogFailed(logger, fault, name, times, pause.TotalSeconds);
            }
            try
            {
                await Task.Delay(pause, time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    [LoggerMessage(4100, LogLevel.Error, "{Name} failed (time {Times}); starting it again in {Seconds} s")]
    private static partial void LogFailed(ILogger logger, Exception fault, string name, int times, double seconds);

    [LoggerMessage(4101, LogLevel.Error, "Not ended after {Seconds} s, and left behind: {Names}")]
    private static partial void LogStuck(ILogger logger, string names, double seconds);
}
