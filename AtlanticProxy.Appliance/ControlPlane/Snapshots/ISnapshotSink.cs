using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Snapshots;

/// <summary>Takes what the publisher read: the engine, or a test. Never called from two threads at once.</summary>
public interface ISnapshotSink
{
    /// <summary>The whole truth, at start and after each lost connection.</summary>
    void Replace(EngineSnapshot snapshot);

    /// <summary>What changed since.</summary>
    void Apply(SnapshotDelta delta);
}
