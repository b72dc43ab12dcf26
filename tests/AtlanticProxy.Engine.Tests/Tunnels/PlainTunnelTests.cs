using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Tunnels;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Tunnels;

[TestClass]
public sealed class PlainTunnelTests : ITunnelOwner
{
    /// <summary>Read through memory before a direction is bulk: all of this must fit on the client's side.</summary>
    private const int BeforeThePipe = 2 * EventLoop.ScratchSize;

    /// <summary>
    /// The upstream says no more than this, and all of it is there from the beginning, so that no event of the upstream's comes
    /// later.
    /// </summary>
    private const int Size = BeforeThePipe + PipePool.PipeSize;

    [TestMethod]
    public async Task Pipe_ThatTheClientTakesOnlyAPartOf_IsEmptiedOnceItReads()
    {
        byte[] content = OriginServer.Bytes(Size);
        using var upstream = UnixPair(content.Length + 200_000);
        await upstream.Far.SendAsync(content);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = await RawClient.ConnectAsync((IPEndPoint)listener.LocalEndpoint, receiveBuffer: 64 * 1024);
        var accepted = await listener.AcceptSocketAsync();
        accepted.SendBufferSize = BeforeThePipe;

        using var loop = new EventLoop(0, TimeProvider.System, new RecordingLog());
        loop.Start();
        var started = new TaskCompletionSource<PlainTunnel>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => started.SetResult(PlainTunnel.Start(
            LoopSocket.Accepted(loop, Detach(accepted))!, LoopSocket.Adopt(loop, Detach(upstream.Near))!,
            new UsageCounters().Open(1, 1, "", ""), null, this, new EngineOptions(), [], [])));
        var tunnel = await started.Task;
        await Poll.UntilAsync(() => tunnel.BytesDown > 0);
        Assert.IsTrue(tunnel.BytesDown is > BeforeThePipe and < Size,
            $"stuck in the midst of a pipe, not at {tunnel.BytesDown} bytes");

        CollectionAssert.AreEqual(content, await client.ReadAsync(Size));
        loop.Post(() => tunnel.Cut(ConnectionOutcome.Completed));
    }

    void ITunnelOwner.OnTunnelEnded(Tunnel tunnel, ConnectionOutcome outcome)
    {
    }

    private static int Detach(Socket socket)
    {
        socket.Blocking = false;
        int fd = (int)socket.Handle;
        socket.SafeHandle.SetHandleAsInvalid();
        return fd;
    }

    private static Pair UnixPair(int room)
    {
        var address = new UnixDomainSocketEndPoint($"\0{Guid.CreateVersion7():N}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(address);
        listener.Listen();
        var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendBufferSize = room };
        far.Connect(address);
        return new Pair(listener.Accept(), far);
    }

    private sealed record Pair(Socket Near, Socket Far) : IDisposable
    {
        public void Dispose() => Far.Dispose();
    }
}
