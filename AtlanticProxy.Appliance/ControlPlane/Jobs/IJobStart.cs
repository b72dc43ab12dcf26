namespace AtlanticProxy.ControlPlane.Jobs;

/// <summary>Starts a job of the cluster before it is due, so that whoever waits for it does not wait for the clock.</summary>
public interface IJobStart
{
    /// <summary>Soon, on one of the nodes; not a second time while it is running.</summary>
    /// <param name="id">Of one of <see cref="ClusterJobs.All"/>.</param>
    void Start(string id);
}

/// <summary>Where no jobs run: it is done when it is due.</summary>
internal sealed class NoJobStart : IJobStart
{
    public void Start(string id) { }
}
