using AtlanticProxy.Engine;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Host.Serving;

/// <summary>Keeps what the engine serves from on disk as well.</summary>
internal sealed class SnapshotKeeping(ProxyEngine engine, SnapshotFile file, TimeProvider time)
{
    /// <summary>
    /// Under constant changes 100 000 proxy users are about 10 MB each time: 1 MB/s, which any disk takes. What a crash loses of
    /// it is in the database.
    /// </summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private EngineSnapshot? _kept;

    /// <summary>What the engine begins with is on disk already.</summary>
    public void BeginWith(EngineSnapshot onDisk) => _kept = onDisk;

    /// <summary>Runs until cancelled, and then keeps the last.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
                Keep();
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Keep();
        }
    }

    private void Keep()
    {
        var snapshot = engine.Snapshot;
        if (ReferenceEquals(snapshot, _kept))
            return;
        file.Write(snapshot);
        _kept = snapshot;
    }
}
