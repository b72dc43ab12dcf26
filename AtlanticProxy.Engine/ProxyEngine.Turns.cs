namespace AtlanticProxy.Engine;

public sealed partial class ProxyEngine
{
    /// <summary>Completes when every event loop has taken a turn: for a watchdog, since one that hangs never does.</summary>
    public Task TurnAsync() => _state != State.Running ? Task.CompletedTask : Task.WhenAll(_workers.Select(worker =>
    {
        var turned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        worker.Loop.Post(turned.SetResult);
        return turned.Task;
    }));
}
