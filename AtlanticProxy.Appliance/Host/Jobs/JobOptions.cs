namespace AtlanticProxy.Host.Jobs;

/// <summary>How this node takes part in the cluster's jobs: section <c>Jobs</c> of the configuration.</summary>
public sealed class JobOptions
{
    /// <summary>
    /// Jobs that this node does at a time. 2: one for a long job, one for those that come meanwhile. Each may take two database
    /// connections.
    /// </summary>
    public int Workers { get; set; } = 2;

    /// <summary>How late a job may start. 5 s: two indexed queries a worker in that time.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A job whose node has not been heard of for this long is taken up by another, or by the same one started again. 30 s: a job
    /// of a killed node goes on well within a minute. Working nodes are heard of five times as often, but at most once a second.
    /// </summary>
    public TimeSpan TakeOverAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (Workers is < 1 or > 10)
            yield return $"Jobs:Workers: {Workers} is not between 1 and 10.";
        if (PollInterval < TimeSpan.FromMilliseconds(100) || PollInterval > TimeSpan.FromMinutes(1))
            yield return $"Jobs:PollInterval: {PollInterval} is not between 0.1 s and 1 min (00:00:05 is 5 s).";
        if (TakeOverAfter < TimeSpan.FromSeconds(5) || TakeOverAfter > TimeSpan.FromHours(1))
            yield return $"Jobs:TakeOverAfter: {TakeOverAfter} is not between 5 s and 1 h (00:00:30 is 30 s).";
    }
}
