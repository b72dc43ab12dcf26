namespace AtlanticProxy.Engine.Tests;

/// <summary>
/// A clock that a test moves. As an engine's time it is what timeouts of connections go by (not what runs beside the loops, such as the meter): none elapses
/// because the machine was busy, and each does when a test says so.
/// </summary>
/// <param name="flows">Whether time passes by itself, too; otherwise it stands still.</param>
internal sealed class SetTime(bool flows = false) : TimeProvider
{
    private readonly long _start = System.GetTimestamp();
    private long _ticks = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks) + (flows ? System.GetElapsedTime(_start).Ticks : 0);

    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
