using System.Collections.Concurrent;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Diagnostics;

/// <summary>Remembers what the engine said of its connections.</summary>
internal sealed class RecordingConnectionLog : IConnectionLog
{
    private readonly ConcurrentQueue<ConnectionRecord> _records = new();

    public IReadOnlyList<ConnectionRecord> Records => [.. _records];

    public void Accept(in ConnectionRecord record) => _records.Enqueue(record);

    /// <summary>The one record that there is once every connection is over.</summary>
    public async Task<ConnectionRecord> OnlyAsync(EngineUnderTest engine)
    {
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
        return Assert.ContainsSingle(Records);
    }
}
