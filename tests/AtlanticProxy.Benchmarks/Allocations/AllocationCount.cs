using System.Net;
using AtlanticProxy.Benchmarks.Load;
using AtlanticProxy.Benchmarks.Stub;
using AtlanticProxy.Engine;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Benchmarks.Allocations;

/// <summary>
/// Counts what the engine's loop thread allocates while it works: the real worker in this process, the load on a loop of its own.
/// </summary>
internal static class AllocationCount
{
    private const string User = "bench", Secret = "benchmark-secret";

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(3), Measured = TimeSpan.FromSeconds(1);

    public static async Task<List<Row>> RunAsync()
    {
        using var load = new EventLoop(0, TimeProvider.System, NullLogger.Instance);
        var stub = new StubListener(load);
        load.Start();
        var options = new EngineOptions();
        var context = new EngineContext(options, TimeProvider.System, NullLoggerFactory.Instance, memoryUse: () => null,
            TimeProvider.System, connections: new Unread());
        context.Live.Snapshot = Snapshot(stub.Port);
        var worker = new Worker(context, 0);
        int listener = SocketOptions.Listen(new IPEndPoint(IPAddress.Loopback, 0), shared: false);
        int port = SocketOptions.LocalEndPoint(listener).Port;
        worker.Listen(listener, ListeningPort.Mixed);
        worker.Loop.Start();
        try
        {
            var rows = new List<Row>();
            foreach (var (kind, title, zero) in new[]
            {
                (LoadKind.TunnelRequests, "allocated per request in open tunnels", true),
                (LoadKind.Bulk, "allocated per relayed 64 KB", true),
                (LoadKind.Forward, "allocated per absolute-form request", false),
                (LoadKind.Connect, "allocated per new CONNECT tunnel", false),
                (LoadKind.Socks5, "allocated per new SOCKS5 tunnel", false),
            })
            {
                double bytes = await CountAsync(load, worker, new LoadJob(kind, port, User, Secret));
                rows.Add(new Row(Row.Allocations, title, "bytes", new Dictionary<string, double> { ["atlanticproxy"] = bytes },
                    zero ? [Goal.Under(1, "byte", bytes)] : []));
            }
            return rows;
        }
        finally
        {
            worker.Loop.Post(worker.CloseListeners);
            worker.Loop.Dispose();
        }
    }

    private static async Task<double> CountAsync(EventLoop load, Worker worker, LoadJob job)
    {
        var run = new LoadRun(load, job);
        await OnLoopAsync(load, () => { run.Start(); return 0; });
        await Task.Delay(Warm, TimeProvider.System);
        await OnLoopAsync(load, () => { run.Measure(); return 0; });
        long before = await OnLoopAsync(worker.Loop, GC.GetAllocatedBytesForCurrentThread);
        await Task.Delay(Measured, TimeProvider.System);
        long allocated = await OnLoopAsync(worker.Loop, GC.GetAllocatedBytesForCurrentThread) - before;
        long units = await OnLoopAsync(load, () =>
        {
            run.Stop();
            return job.Kind == LoadKind.Bulk ? run.Bytes / EventLoop.ScratchSize : run.Count;
        });
        if (run.Errors > 0 || units == 0)
            throw new InvalidOperationException($"{job.Kind}: {run.Errors} failed, {run.FirstError}");
        return (double)allocated / units;
    }

    private static EngineSnapshot Snapshot(int stubPort) => EngineSnapshot.Build(
        [
            new ProxyUser
            {
                Id = 1, CustomerId = 1, Name = User, State = ProxyUserState.Active, Secret = GeneratedSecretVerifier.Of(Secret),
                Limits = new UseLimits { MaxConnections = 10_000 },
            },
        ],
        [new Provider { Id = 1, Name = "stub", Protocol = UpstreamProtocol.Http, Host = "127.0.0.1", Port = stubPort }]);

    private static Task<long> OnLoopAsync(EventLoop loop, Func<long> work)
    {
        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => done.SetResult(work()));
        return done.Task;
    }

    /// <summary>A connection log that nobody reads.</summary>
    private sealed class Unread : IConnectionLog
    {
        public void Accept(in ConnectionRecord record)
        {
        }
    }
}
