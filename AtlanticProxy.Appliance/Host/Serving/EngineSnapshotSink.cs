using AtlanticProxy.ControlPlane.Snapshots;
using AtlanticProxy.Engine;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Host.Serving;

/// <summary>Hands what the publisher read to the engine.</summary>
internal sealed class EngineSnapshotSink(ProxyEngine engine) : ISnapshotSink
{
    public void Replace(EngineSnapshot snapshot) => engine.Replace(snapshot);

    public void Apply(SnapshotDelta delta) => engine.Apply(delta);
}
