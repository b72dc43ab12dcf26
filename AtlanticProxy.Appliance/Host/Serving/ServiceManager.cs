using System.Globalization;
using AtlanticProxy.Engine;
using AtlanticProxy.Host.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting.Systemd;

namespace AtlanticProxy.Host.Serving;

/// <summary>
/// What systemd is told (sd_notify(3)): that the appliance is still starting, is ready, works, is stopping. Without systemd,
/// nothing.
/// </summary>
/// <param name="engine">
/// Asked for only once it serves: making it opens the usage journal, which has its place in the start.
/// </param>
internal sealed partial class ServiceManager(
    ISystemdNotifier notifier, Lazy<ProxyEngine> engine, DatabaseHealth database, ApplianceState state, TimeProvider time,
    ILogger<ServiceManager> logger)
{
    /// <summary>How often it is told something, unless the watchdog wants to hear more.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A start or a drain that is not done has this much more time, each time that it says so: recovery of the database after a
    /// crash, migrations and open tunnels take what they take.
    /// </summary>
    private static readonly TimeSpan Extension = TimeSpan.FromSeconds(30);

    /// <summary>What a watchdog's interval is parted into: a lost or late message must not be the end.</summary>
    private const int MessagesPerInterval = 3;

    private static readonly string MoreTime =
        string.Create(CultureInfo.InvariantCulture, $"EXTEND_TIMEOUT_USEC={(long)Extension.TotalMicroseconds}");

    private readonly TimeSpan? _watchdog = WatchdogInterval(Environment.GetEnvironmentVariable("WATCHDOG_USEC"));

    /// <summary>Whether systemd started this process and listens.</summary>
    public bool IsListening => notifier.IsEnabled;

    /// <summary>Tells until cancelled, which is when the appliance has drained.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var pause = _watchdog is { } interval && interval / MessagesPerInterval < Interval
            ? interval / MessagesPerInterval : Interval;
        using var timer = new PeriodicTimer(pause, time);
        do
            await TellAsync(cancel);
        while (await timer.WaitForNextTickAsync(cancel));
    }

    public void TellReady(string status) => notifier.Notify(new ServiceState($"READY=1\nSTATUS={status}"));

    /// <summary>The process is about to end.</summary>
    public void TellStopping() => notifier.Notify(new ServiceState("STOPPING=1\nSTATUS=Draining open tunnels"));

    /// <summary>
    /// The appliance stops and starts again in this process, which STOPPING would have systemd end. RELOADING lasts until READY.
    /// </summary>
    public void TellRestarting() => notifier.Notify(new ServiceState($"RELOADING=1\n{MoreTime}\nSTATUS=Restarting"));

    /// <summary>Null when there is no watchdog.</summary>
    /// <param name="microseconds">As systemd has it.</param>
    internal static TimeSpan? WatchdogInterval(string? microseconds) =>
        long.TryParse(microseconds, out long parsed) && parsed > 0 ? TimeSpan.FromMicroseconds(parsed) : null;

    private async Task TellAsync(CancellationToken cancel)
    {
        // The watchdog watches during a restart in the process, too.
        if (state.Phase == AppliancePhase.Starting)
            notifier.Notify(new ServiceState($"{MoreTime}\nWATCHDOG=1\nSTATUS=Starting: preparing the database"));
        else if (state.Phase == AppliancePhase.Stopping)
            notifier.Notify(new ServiceState($"{MoreTime}\nWATCHDOG=1")); // As long as Engine:DrainTimeout says.
        else if (_watchdog is { } interval && await WorksAsync(interval / MessagesPerInterval, cancel))
            notifier.Notify(new ServiceState("WATCHDOG=1"));
    }

    /// <summary>
    /// Whether every event loop takes its turns, and asking the database comes to an end. That it is away is an end, too: a
    /// restart would not bring it back, only cut tunnels that do without it.
    /// </summary>
    private async Task<bool> WorksAsync(TimeSpan patience, CancellationToken cancel)
    {
        Task loops = engine.Value.TurnAsync(), asked = database.CheckHealthAsync(new HealthCheckContext(), cancel);
        try
        {
            await Task.WhenAll(loops, asked).WaitAsync(patience, time, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            LogHangs(loops.IsCompleted ? "asking the database" : "an event loop", patience.TotalSeconds);
            return false;
        }
    }

    [LoggerMessage(4220, LogLevel.Critical,
        "{What} has hung for {Seconds:0.0} s. While it does, systemd's watchdog is not told that all is well")]
    private partial void LogHangs(string what, double seconds);
}
