namespace AtlanticProxy.Host.Serving;

/// <summary>Asked for by what must have the appliance begin anew with other settings, in the same process.</summary>
internal sealed class ApplianceRestart
{
    private readonly TaskCompletionSource _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a restart is asked for.</summary>
    public Task Requested => _requested.Task;

    public void Request() => _requested.TrySetResult();
}
