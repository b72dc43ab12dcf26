namespace AtlanticProxy.ControlPlane.Jobs;

/// <summary>
/// Work that is due by the clock and done once in a cluster, whatever its number of nodes. A run does all that is due, not one
/// interval's worth, and may be repeated or broken off at any instant without harm: what must happen once is guarded by the rows
/// themselves.
/// </summary>
public interface IClusterJob
{
    /// <summary>Does what is due now.</summary>
    /// <exception cref="Exception">Nothing more could be done, for example because the database is away.</exception>
    Task<JobReport> ExecuteAsync(CancellationToken cancellation);
}

/// <summary>What a run of a job did.</summary>
/// <param name="Done">In numbers, for people: <c>212 wallets charged</c>.</param>
/// <param name="Failures">What could not be done, one sentence each that names it; the rest was done all the same.</param>
public sealed record JobReport(string Done, IReadOnlyList<string> Failures)
{
    public JobReport(string done) : this(done, []) { }
}

/// <summary>A job and when it is due.</summary>
/// <param name="Id">Stable and for programs: <c>settle-wallets</c>.</param>
/// <param name="Title">In plain words.</param>
/// <param name="Cron">Five fields, UTC.</param>
/// <param name="Type">The <see cref="IClusterJob"/> that does it, resolved in a scope of its own for each run.</param>
public sealed record ClusterJob(string Id, string Title, string Cron, Type Type);
