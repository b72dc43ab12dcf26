using System.Net;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Usage;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine;

/// <summary>The proxy: listeners, event loops, and the snapshot that they serve from. The entry point of this library.</summary>
public sealed class ProxyEngine : IAsyncDisposable
{
    public ProxyEngine(EngineOptions options, IUsageSink usage, TimeProvider time, ILoggerFactory loggers)
    {
        _ = (options, usage, time, loggers);
    }

    /// <summary>What the data path serves from now.</summary>
    public EngineSnapshot Snapshot { get; private set; } = EngineSnapshot.Empty;

    /// <summary>Where the mixed port listens, with the ports that the kernel gave. Empty before <see cref="Start"/>.</summary>
    public IReadOnlyList<IPEndPoint> MixedEndpoints { get; } = [];

    /// <summary>Client connections open now, on this node.</summary>
    public int OpenConnections { get; }

    /// <summary>Binds every listener and starts serving from <paramref name="snapshot"/>.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">A listener cannot be bound; nothing was started.</exception>
    public void Start(EngineSnapshot snapshot) => Snapshot = snapshot;

    /// <summary>Swaps in the snapshot with <paramref name="delta"/> applied, and cuts open tunnels of users that may no longer have them.</summary>
    public void Apply(SnapshotDelta delta) => Snapshot = Snapshot.With(delta);

    /// <summary>Replaces the whole snapshot (after a lost connection to the database), and cuts like <see cref="Apply"/>.</summary>
    public void Replace(EngineSnapshot snapshot) => Snapshot = snapshot;

    // Placeholder until the transport lands.
    /// <summary>Stops accepting, gives open tunnels <see cref="EngineOptions.DrainTimeout"/>, ends them, and hands the last bytes to the usage sink.</summary>
    public Task StopAsync(CancellationToken hurry) => _stop;

    private readonly Task _stop = Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
