using System.Collections.Concurrent;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>
/// Has each check look when it is due, by itself: one that hangs keeps no other waiting. What they found is kept here; who wants
/// to know of it reads <see cref="Current"/>.
/// </summary>
internal sealed partial class HealthMonitor : IHealthLooks
{
    /// <summary>From turn to turn.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Without a turn for longer, the checks themselves have stopped: <see cref="MonitorHealth"/> says so.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>That wait for the database: a day of checks that come and go.</summary>
    private const int MostChanges = 2000;

    private readonly IServiceScopeFactory _scopes;
    private readonly string _node;
    private readonly Func<bool> _isStopping;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Watched[] _watched;
    private readonly ConcurrentDictionary<string, CheckLook> _looks = new(StringComparer.Ordinal);
    private DateTimeOffset? _lastTurn;

    public HealthMonitor(
        IReadOnlyList<PlannedCheck> plan, IServiceScopeFactory scopes, string node, Func<bool> isStopping, TimeProvider time,
        ILogger<HealthMonitor> log)
    {
        (_scopes, _node, _isStopping, _time, _log) = (scopes, node, isStopping, time, log);
        _watched = [.. plan.Select(check => new Watched(check))];
    }

    private sealed class Watched(PlannedCheck check)
    {
        public PlannedCheck Check => check;

        public DateTimeOffset Next { get; set; } = DateTimeOffset.MinValue;

        /// <summary>The look that is under way; ended before the first.</summary>
        public Task Running { get; set; } = Task.CompletedTask;
    }

    public IReadOnlyList<CheckLook> Current =>
        [.. _watched.Select(watched => _looks.GetValueOrDefault(watched.Check.Name)).OfType<CheckLook>()];

    public ConcurrentQueue<CheckLook> Changes { get; } = new();

    public DateTimeOffset? LastTurn => _lastTurn;

    public CheckLook? Find(string check) => _looks.GetValueOrDefault(check);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        do
            _ = Turn(cancellation);
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    public void LookAgain()
    {
        foreach (var watched in _watched)
            watched.Next = DateTimeOffset.MinValue;
    }

    /// <summary>Begins the looks that are due.</summary>
    /// <returns>Ends with them.</returns>
    internal Task Turn(CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        _lastTurn = now;
        // A planned stop is no failure: /health/ready says it to whom it concerns.
        if (_isStopping())
            return Task.CompletedTask;
        foreach (var watched in _watched.Where(watched =>
            watched.Next <= now && watched.Running.IsCompleted && !WaitsForDatabase(watched.Check)))
        {
            watched.Next = now + watched.Check.Interval;
            watched.Running = Task.Run(() => LookAsync(watched.Check, cancellation), cancellation);
        }
        return Task.WhenAll(_watched.Select(watched => watched.Running));
    }

    /// <summary>A look that hangs is over once it ends; that it hangs is known after its time-out.</summary>
    private async Task LookAsync(PlannedCheck check, CancellationToken cancellation)
    {
        long began = _time.GetTimestamp();
        using var deadline = new CancellationTokenSource(check.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var look = AskAsync(check, either.Token);
        try
        {
            var result = await look.WaitAsync(check.Timeout, _time, cancellation);
            Take(check, result, _time.GetElapsedTime(began));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return; // The orderly end.
        }
        catch (Exception fault) when (check.NeedsDatabase && (DatabaseOutage.Caused(fault) || WaitsForDatabase(check)))
        {
            // What it found last stands. The check of the database says what is wrong.
        }
        catch (Npgsql.NpgsqlException fault) when (!deadline.IsCancellationRequested)
        {
            Take(check, HealthCheckResult.Unhealthy(fault.Message), _time.GetElapsedTime(began));
        }
        catch (Exception late) when (late is TimeoutException || deadline.IsCancellationRequested)
        {
            Take(check, HealthCheckResult.Unhealthy($"It did not answer within {check.Timeout.TotalSeconds:0} s."),
                check.Timeout);
        }
        try
        {
            await look.WaitAsync(cancellation); // It is not begun again while it hangs.
        }
        catch (Exception)
        {
            // Taken above: it was too late, or asked to end.
        }
    }

    private async Task<HealthCheckResult> AskAsync(PlannedCheck check, CancellationToken cancellation)
    {
        try
        {
            await using var scope = _scopes.CreateAsyncScope();
            return await check.Create(scope.ServiceProvider).CheckHealthAsync(new HealthCheckContext(), cancellation);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested && !DatabaseOutage.Caused(fault))
        {
            LogFault(fault, check.Name);
            return HealthCheckResult.Unhealthy($"The check itself failed: {fault.Message}");
        }
    }

    private bool WaitsForDatabase(PlannedCheck check) =>
        check.NeedsDatabase && Find(HealthPlan.Database) is { State: not HealthState.Healthy };

    private void Take(PlannedCheck check, HealthCheckResult result, TimeSpan took)
    {
        var now = _time.GetUtcNow();
        var found = StateOf(result.Status);
        var before = _looks.GetValueOrDefault(check.Name);
        var known = before?.State ?? HealthState.Healthy;
        int failures = found > known ? (before?.Failures ?? 0) + 1 : 0;
        var state = found > known && failures < check.Threshold ? known : found;
        bool changed = before is null || state != before.State;
        var look = new CheckLook(
            _node, check.Name, state, changed ? now : before!.Since,
            state == HealthState.Healthy ? null : before?.FailingSince ?? now,
            // What a first failure found is not said before it counts: a page would show a healthy check with a complaint.
            state == found || before is null ? result.Description ?? "" : before.Words,
            check.Tags, now, took, state == found ? 0 : failures, check.Threshold, check.OfCluster);
        _looks[check.Name] = look;
        if (changed)
            Changes.Enqueue(look);
        while (Changes.Count > MostChanges)
            Changes.TryDequeue(out _);
        if (before is not null && changed)
            LogChanged(state == HealthState.Healthy ? LogLevel.Information : LogLevel.Warning, check.Name, known, state,
                look.Words);
    }

    private static HealthState StateOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => HealthState.Healthy,
        HealthStatus.Degraded => HealthState.Degraded,
        _ => HealthState.Unhealthy,
    };

    [LoggerMessage(EventId = 4610, Message = "Check {Check} was {Before} and is {After}: {Words}")]
    private partial void LogChanged(LogLevel level, string check, HealthState before, HealthState after, string words);

    [LoggerMessage(4611, LogLevel.Error, "Check {Check} failed by itself")]
    private partial void LogFault(Exception fault, string check);
}
