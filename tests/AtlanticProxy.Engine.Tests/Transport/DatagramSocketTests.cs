using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Transport;

[TestClass]
public sealed class DatagramSocketTests
{
    [TestMethod]
    public async Task Flood_HoweverLong_LeavesOthersTheirTurns()
    {
        const int rounds = 200;
        using var loop = new EventLoop(0, TimeProvider.System, new RecordingLog());
        loop.Start();
        using var flood = new Flood();
        var other = new Other(loop, flood, rounds);
        loop.Post(() =>
        {
            var socket = DatagramSocket.Bind(loop, new IPEndPoint(IPAddress.Loopback, 0), flood, out _)!;
            flood.Begin(socket.LocalEndPoint);
            loop.Requeue(other);
        });
        int most = await other.Most.WaitAsync(Poll.DefaultDeadline, TimeProvider.System);
        Assert.IsLessThanOrEqualTo(2 * 64, most, "one event's and one turn's");
        Assert.IsGreaterThan(rounds * 64 / 2, flood.Received, "it was a flood");
    }

    /// <summary>Sends one for each that comes, so that there is always something.</summary>
    private sealed class Flood : IDatagramReceiver, IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        public int Received { get; private set; }

        public void Begin(IPEndPoint target)
        {
            _socket.Connect(target);
            for (int i = 0; i < 100; i++)
                _socket.Send("x"u8);
        }

        public void OnDatagram(DatagramSocket socket, in KernelAddress from, int length)
        {
            Received++;
            _socket.Send("x"u8);
        }

        public void Dispose() => _socket.Dispose();
    }

    /// <summary>Wants every turn, and looks how much came between two of them.</summary>
    private sealed class Other(EventLoop loop, Flood flood, int rounds) : LoopHandle
    {
        private readonly TaskCompletionSource<int> _most = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _before, _max, _round;

        public Task<int> Most => _most.Task;

        internal override void OnTurn()
        {
            _max = Math.Max(_max, flood.Received - _before);
            _before = flood.Received;
            if (++_round < rounds)
                loop.Requeue(this);
            else
                _most.SetResult(_max);
        }

        internal override void OnReady(int fd, uint events)
        {
        }

        internal override void OnTimer() => throw new InvalidOperationException("it has no timer");
    }
}
