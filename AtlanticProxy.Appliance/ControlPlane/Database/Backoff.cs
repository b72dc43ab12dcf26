namespace AtlanticProxy.ControlPlane.Database;

/// <summary>
/// Pauses between tries to reach the database: doubling, with jitter, so that many nodes do not all come back at once.
/// </summary>
internal sealed class Backoff
{
    /// <summary>A restart of PostgreSQL takes about this long.</summary>
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest that an operator who has mended the database waits for us.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private TimeSpan _next = First;

    public void Reset() => _next = First;

    /// <summary>From half to one and a half of the pause whose turn it is.</summary>
    public TimeSpan Next()
    {
        var pause = _next * (0.5 + Random.Shared.NextDouble());
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, Longest.Ticks));
        return pause;
    }

    /// <summary>Waits; returns early, without an exception, when cancelled.</summary>
    public static async Task PauseAsync(TimeSpan pause, TimeProvider time, CancellationToken cancellation) =>
        await Task.Delay(pause, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
