using System.Collections.Concurrent;
using AtlanticProxy.ControlPlane.Snapshots;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Snapshots;

/// <summary>Stands for the engine: keeps a snapshot as it does, and notes how it came.</summary>
internal sealed class FollowedEngine : ISnapshotSink, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private EngineSnapshot _snapshot = EngineSnapshot.Empty;

    public SnapshotPublisher Publisher { get; private set; } = null!;

    public EngineSnapshot Snapshot => Volatile.Read(ref _snapshot);

    public ConcurrentQueue<SnapshotDelta> Deltas { get; } = [];

    public int Replacements { get; private set; }

    public static async Task<FollowedEngine> StartAsync(ControlPlaneTest plane)
    {
        var engine = new FollowedEngine();
        engine.Publisher = new SnapshotPublisher(
            plane.Services.GetRequiredService<NpgsqlDataSource>(), plane.Services.GetRequiredService<SnapshotReader>(), engine,
            plane.Time,
            NullLogger<SnapshotPublisher>.Instance);
        engine._running = engine.Publisher.RunAsync(engine._stop.Token);
        await engine._loaded.Task.WaitAsync(Poll.DefaultDeadline);
        await Poll.UntilAsync(() => engine.Publisher.Status.Connected);
        return engine;
    }

    public void Replace(EngineSnapshot snapshot)
    {
        Volatile.Write(ref _snapshot, snapshot);
        Replacements++;
        _loaded.TrySetResult();
    }

    public void Apply(SnapshotDelta delta)
    {
        Deltas.Enqueue(delta);
        Volatile.Write(ref _snapshot, Snapshot.With(delta));
    }

    public Task UntilAsync(Func<EngineSnapshot, bool> condition, string because) =>
        Poll.UntilAsync(() => condition(Snapshot), because: because);

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        await _running;
    }
}
