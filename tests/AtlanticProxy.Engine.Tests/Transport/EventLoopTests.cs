using System.Net.Sockets;
using System.Runtime.InteropServices;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Transport;

[TestClass]
public sealed class EventLoopTests
{
    [TestMethod]
    public async Task Event_OfADescriptorWhoseNumberWasUsedAgainInTheSameBatch_IsNotTheNewOnes()
    {
        using var loop = new EventLoop(0, TimeProvider.System, new RecordingLog());
        using var first = new Link();
        using var closed = new Link();
        using var next = new Link();
        await first.SayAsync();
        await closed.SayAsync();
        var done = new TaskCompletionSource();
        var heir = new Handle((_, _) => { });
        // The first event's handler closes the descriptor that the second is of, and gets the same number again, for one that has
        // nothing to say.
        var reuser = new Handle((_, _) =>
        {
            Assert.AreEqual(closed.Descriptor, Dup2(next.Descriptor, closed.Descriptor));
            loop.Register(closed.Descriptor, heir, writes: false);
        });
        loop.Start();
        loop.Post(() =>
        {
            loop.Register(first.Descriptor, reuser, writes: false);
            loop.Register(closed.Descriptor,
                new Handle((_, _) => done.SetException(new InvalidOperationException("the events came in another order"))),
                writes: false);
            loop.Post(() => loop.Post(() => done.SetResult())); // a batch later
        });
        await done.Task.WaitAsync(Poll.DefaultDeadline, TimeProvider.System);
        await Poll.UntilAsync(() => reuser.Events == 1);
        Assert.AreEqual(0, heir.Events, "the event was of the closed one");

        await next.SayAsync();
        await Poll.UntilAsync(() => heir.Events == 1, because: "its own events come");
        loop.Post(() => loop.WatchWrites(closed.Descriptor));
        await Poll.UntilAsync(() => heir.Events == 2, because: "also after it is watched for more");
    }

    [DllImport("libc", EntryPoint = "dup2")]
    private static extern int Dup2(int from, int to);

    /// <summary>A connection: our end, and one that speaks to it.</summary>
    private sealed class Link : IDisposable
    {
        private readonly Socket _far = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly Socket _near;

        public Link()
        {
            using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
            listener.Start();
            _far.Connect(listener.LocalEndpoint);
            _near = listener.AcceptSocket();
        }

        public int Descriptor => (int)_near.Handle;

        public async Task SayAsync()
        {
            await _far.SendAsync("x"u8.ToArray());
            Assert.IsTrue(_near.Poll(Poll.DefaultDeadline, SelectMode.SelectRead));
        }

        public void Dispose()
        {
            _far.Dispose();
            _near.Dispose();
        }
    }

    private sealed class Handle(Action<int, uint> onReady) : LoopHandle
    {
        private int _events;

        public int Events => Volatile.Read(ref _events);

        internal override void OnReady(int fd, uint events)
        {
            onReady(fd, events);
            Interlocked.Increment(ref _events);
        }

        internal override void OnTimer() => throw new InvalidOperationException("it has no timer");
    }
}
