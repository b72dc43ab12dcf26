using System.Collections.Concurrent;
using AtlanticProxy.ControlPlane.Health;

namespace AtlanticProxy.ControlPlane.Tests.Health;

/// <summary>What checks would have found, as a test says.</summary>
internal sealed class FixedLooks(TimeProvider time) : IHealthLooks
{
    private readonly Dictionary<string, CheckLook> _looks = [];

    public IReadOnlyList<CheckLook> Current => [.. _looks.Values];

    public ConcurrentQueue<CheckLook> Changes { get; } = new();

    public DateTimeOffset? LastTurn => time.GetUtcNow();

    public void LookAgain() { }

    public void Found(string check, HealthState state, string words = "", bool ofCluster = false, string node = "node-1")
    {
        var now = time.GetUtcNow();
        var before = _looks.GetValueOrDefault(check);
        bool changed = before?.State != state;
        _looks[check] = new CheckLook(node, check, state, changed ? now : before!.Since,
            state == HealthState.Healthy ? null : before?.FailingSince ?? now, words, ["gateway"], now, TimeSpan.Zero, 0, 1,
            ofCluster);
        if (changed)
            Changes.Enqueue(_looks[check]);
    }
}
