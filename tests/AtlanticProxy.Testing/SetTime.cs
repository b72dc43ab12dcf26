using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Testing;

/// <summary>
/// The clock of an engine, or of a control plane, that a test moves. As an engine's it is what timeouts of connections go by:
/// none elapses because the machine was busy, and each does when a test says so. It does three things that <see
/// cref="FakeTimeProvider"/> cannot: its timers are real, so that what runs in the background (the meter, probes, the ends of
/// TLS, tries to reach the database again) goes on; time may pass by itself, too; and the wall clock may jump while no time
/// passes. A test of one class needs none of this, and takes <see cref="FakeTimeProvider"/>.
/// </summary>
/// <param name="flows">Whether time passes by itself, too; otherwise it stands still.</param>
public sealed class SetTime(bool flows = false) : FakeTimeProvider(new(2026, 11, 22, 13, 30, 0, TimeSpan.Zero))
{
    private readonly long _start = System.GetTimestamp();
    private long _jumped; // ticks

    public DateTimeOffset Now => GetUtcNow();

    private DateTimeOffset Passed => base.GetUtcNow() + (flows ? System.GetElapsedTime(_start) : TimeSpan.Zero);

    public override long GetTimestamp() => Passed.Ticks;

    public override DateTimeOffset GetUtcNow() => Passed.AddTicks(Interlocked.Read(ref _jumped));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime, period);

    /// <summary>Sets the wall clock on, or back, as an administrator does.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _jumped, by.Ticks);
}
