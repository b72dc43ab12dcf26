using System.Diagnostics;

namespace AtlanticProxy.Engine;

public sealed partial class ProxyEngine
{
    /// <summary>
    /// Completes when every event loop has taken a turn: for a watchdog, since one that hangs never does. The longest time that
    /// one of them took to come to it.
    /// </summary>
    public async Task<TimeSpan> TurnAsync()
    {
        if (_state != State.Running)
            return TimeSpan.Zero;
        long asked = Stopwatch.GetTimestamp();
        return (await Task.WhenAll(_workers.Select(worker =>
        {
            var turned = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
            // Measured on the loop: who waits for it here may wait for a thread, too.
            worker.Loop.Post(() => turned.SetResult(Stopwatch.GetElapsedTime(asked)));
            return turned.Task;
        }))).Max();
    }
}
