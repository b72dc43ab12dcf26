namespace AtlanticProxy.ControlPlane.ConnectionLog;

/// <summary>
/// What is kept of single connections: section <c>ConnectionLog</c> of the configuration. How many are logged is the engine's to
/// decide.
/// </summary>
public sealed class ConnectionLogOptions
{
    private const int MostDays = 366;

    /// <summary>
    /// Days (UTC) that connections are kept. 7: support hears of a problem within days, and what is not kept cannot get around.
    /// </summary>
    public int RetentionDays { get; set; } = 7;

    /// <summary>
    /// Whether it is kept where customers went. Without, a connection has no host and port, and a forbidden destination no reason
    /// that names it.
    /// </summary>
    public bool Destinations { get; set; } = true;

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (RetentionDays is < 1 or > MostDays)
            yield return $"ConnectionLog:RetentionDays: {RetentionDays} is not between 1 and {MostDays}.";
    }
}
