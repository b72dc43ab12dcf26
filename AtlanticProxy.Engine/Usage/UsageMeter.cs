namespace AtlanticProxy.Engine.Usage;

/// <summary>Collects the loops' counters and hands the increments to the <see cref="IUsageSink"/>.</summary>
public sealed class UsageMeter
{
    /// <summary>How often counters are collected: the most of a node's traffic that a kill -9 can lose.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
}
