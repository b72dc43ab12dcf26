using System.Collections.Concurrent;

namespace AtlanticProxy.ControlPlane.Health;

/// <summary>How something is, from best to worst.</summary>
public enum HealthState
{
    Healthy,

    /// <summary>It works, and somebody should look.</summary>
    Degraded,

    /// <summary>It does not do what it is for.</summary>
    Unhealthy,
}

/// <summary>What a check found when it last looked.</summary>
/// <param name="Node">Whose it is.</param>
/// <param name="State">Once as many looks in a row as the check wants have found it worse; better counts at once.</param>
/// <param name="Since">When it came to be so; never before the node started.</param>
/// <param name="FailingSince">When it ceased to be healthy; null while it is.</param>
/// <param name="Words">What was found; empty where there is nothing to say.</param>
/// <param name="Failures">Looks in a row that found it worse than <paramref name="State"/>, out of <paramref name="Threshold"/>.
/// </param>
/// <param name="OfCluster">It is about what all nodes share.</param>
public sealed record CheckLook(
    string Node, string Check, HealthState State, DateTimeOffset Since, DateTimeOffset? FailingSince, string Words,
    IReadOnlyList<string> Tags, DateTimeOffset At, TimeSpan Took, int Failures, int Threshold, bool OfCluster);

/// <summary>The checks of this process. The host brings it.</summary>
public interface IHealthLooks
{
    /// <summary>One of each check that has looked.</summary>
    IReadOnlyList<CheckLook> Current { get; }

    /// <summary>What changed, or was found first, and is not written down yet. The oldest goes when there are too many.</summary>
    ConcurrentQueue<CheckLook> Changes { get; }

    /// <summary>When whoever makes the checks look was last at work; null before that.</summary>
    DateTimeOffset? LastTurn { get; }

    /// <summary>Has every check look now, whenever it would be its time.</summary>
    void LookAgain();
}

/// <summary>For processes that check nothing.</summary>
internal sealed class NoHealthLooks : IHealthLooks
{
    public IReadOnlyList<CheckLook> Current => [];

    public ConcurrentQueue<CheckLook> Changes { get; } = new();

    public DateTimeOffset? LastTurn => null;

    public void LookAgain() { }
}
