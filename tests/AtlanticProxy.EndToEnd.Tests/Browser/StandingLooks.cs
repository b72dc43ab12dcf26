using System.Collections.Concurrent;
using AtlanticProxy.ControlPlane.Health;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>A check of each state, always the same.</summary>
internal sealed class StandingLooks : IHealthLooks
{
    public IReadOnlyList<CheckLook> Current =>
    [
        Look("engine", HealthState.Healthy, ""),
        Look("disk", HealthState.Degraded, "900 MB of 9000 MB are free on the disk of /var/lib/atlanticproxy. Free some space."),
        Look("providers", HealthState.Unhealthy, "a-provider-with-a-long-name rejects our account (407)"),
    ];

    public ConcurrentQueue<CheckLook> Changes { get; } = new();

    public DateTimeOffset? LastTurn => TimeProvider.System.GetUtcNow();

    public void LookAgain() { }

    private static CheckLook Look(string check, HealthState state, string words)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new CheckLook("atlantic", check, state, now.AddHours(-3), state == HealthState.Healthy ? null : now.AddHours(-3),
            words, ["gateway"], now, TimeSpan.FromMilliseconds(2), 0, 1, false);
    }
}
