using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Transport;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Usage;

/// <summary>
/// Collects the loops' counters and hands the increments to the <see cref="IUsageSink"/>, and to the <see cref="ITargetSink"/> if
/// there is one.
/// </summary>
public sealed class UsageMeter
{
    /// <summary>How often counters are collected: the most of a node's traffic that a kill -9 can lose.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Grain of what is counted: what a chart of the last hour needs.</summary>
    public const int SlotSeconds = 5 * 60;

    private readonly IReadOnlyList<(EventLoop Loop, UsageCounters Counters)> _sources;
    private readonly IUsageSink _sink;
    private readonly ITargetSink? _targets;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly List<UsageDelta> _refused = [];

    /// <summary>What was collected since the start.</summary>
    internal TrafficTotals Totals { get; } = new();

    internal UsageMeter(
        IReadOnlyList<(EventLoop, UsageCounters)> sources, IUsageSink sink, ITargetSink? targets, TimeProvider time, ILogger log)
    {
        _sources = sources;
        _sink = sink;
        _targets = targets;
        _time = time;
        _log = log;
    }

    /// <summary>Collects until cancelled.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                await CollectAsync();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The orderly end: the engine collects once more when its last connection is closed.
        }
    }

    /// <summary>
    /// Takes every loop's increments now. What the sink does not take is offered again with the next. One call at a time.
    /// </summary>
    internal async Task CollectAsync()
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        long slot = now - now % SlotSeconds;
        var parts = await Task.WhenAll(_sources.Select(source => CollectFromAsync(source.Loop, source.Counters, slot)));

        foreach (var part in parts)
            foreach (var delta in part.Deltas)
                Totals.Add(delta);
        List<UsageDelta> deltas = [.. _refused, .. parts.SelectMany(part => part.Deltas)];
        _refused.Clear();
        if (deltas.Count == 0)
            return;
        try
        {
            _sink.Accept(deltas);
        }
        catch (Exception fault)
        {
            _refused.AddRange(deltas);
            EngineLog.UsageSinkFault(_log, fault);
        }
        if (_targets is not null)
            OfferTargets(_targets, [.. parts.SelectMany(part => part.Targets)]);
    }

    // Offered once: a statistic must neither pile up nor get into the way of what is billed.
    private void OfferTargets(ITargetSink sink, IReadOnlyList<TargetDelta> targets)
    {
        try
        {
            sink.Accept(targets);
        }
        catch (Exception fault)
        {
            EngineLog.TargetSinkFault(_log, fault, targets.Count);
        }
    }

    private static Task<(List<UsageDelta> Deltas, List<TargetDelta> Targets)> CollectFromAsync(
        EventLoop loop, UsageCounters counters, long slot)
    {
        var done = new TaskCompletionSource<(List<UsageDelta>,
            List<TargetDelta>)>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() =>
        {
            var deltas = new List<UsageDelta>(counters.Dirty.Count);
            var targets = new List<TargetDelta>();
            counters.Collect(deltas, targets, slot);
            done.SetResult((deltas, targets));
        });
        return done.Task;
    }
}
