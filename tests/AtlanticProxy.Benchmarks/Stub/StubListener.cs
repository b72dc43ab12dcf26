using System.Net;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Benchmarks.Stub;

/// <summary>
/// The upstream that every proxy under test chains to. It answers CONNECT, and serves every origin itself, in tunnels and in
/// absolute form.
/// </summary>
internal sealed unsafe class StubListener : LoopHandle
{
    private readonly EventLoop _loop;
    private readonly int _fd;

    public StubListener(EventLoop loop)
    {
        _loop = loop;
        _fd = SocketOptions.Listen(new IPEndPoint(IPAddress.Loopback, 0), shared: false);
        Port = SocketOptions.LocalEndPoint(_fd).Port;
        loop.Register(_fd, this);
    }

    public int Port { get; }

    internal override void OnReady(int fd, uint events)
    {
        while (true)
        {
            int client = Libc.Accept4(_fd, null, null, Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC);
            if (client < 0)
                return;
            var connection = new StubConnection(_loop, client);
            if (!_loop.Register(client, connection))
                Libc.Close(client);
        }
    }

    internal override void OnTimer()
    {
    }
}
