using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Diagnostics;

/// <summary>How near the machine, or the container, is to the end of its memory.</summary>
internal enum MemoryPressure
{
    None,

    /// <summary>Connections that only wait for another request are dropped.</summary>
    DropWaiting,

    /// <summary>New connections are refused, too.</summary>
    RefuseNew,
}

/// <summary>Reads memory use regularly, off the loops, and says what to shed.</summary>
/// <param name="read">Share of memory in use, 0 to 1; null when it cannot be told.</param>
internal sealed class MemoryWatch(EngineOptions options, Func<double?> read, TimeProvider time, ILogger log)
{
    /// <summary>Time between readings: a burst of connections takes longer than this to fill a gigabyte.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private volatile MemoryPressure _pressure;

    public MemoryPressure Pressure => _pressure;

    /// <summary>Watches until stopped. <paramref name="shed"/> is called with each reading that finds any pressure.</summary>
    public async Task RunAsync(Action shed, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                Look();
                if (_pressure != MemoryPressure.None)
                    shed();
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // stopped
        }
    }

    private void Look()
    {
        var before = _pressure;
        double used = read() ?? 0;
        _pressure = used >= options.MemoryRefuseAt ? MemoryPressure.RefuseNew
            : used >= options.MemoryDropWaitingAt ? MemoryPressure.DropWaiting : MemoryPressure.None;
        if (_pressure != before)
            EngineLog.MemoryPressure(log, _pressure == MemoryPressure.None ? LogLevel.Information : LogLevel.Warning,
                (int)(used * 100), _pressure);
    }
}
