using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Connections;

/// <summary>
/// Step 1: accepts on its own loop. Every loop has its own listener on the same port (SO_REUSEPORT), so no lock is shared.
/// </summary>
internal sealed unsafe class ProxyListener : LoopHandle
{
    /// <summary>Connections accepted before others get their turn.</summary>
    private const int AcceptBatch = 64;

    /// <summary>How long to wait when the machine has no more descriptors or memory for sockets.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly IListeningLoop _server;
    private readonly EventLoop _loop;
    private readonly SpareDescriptor _spare;
    private readonly LoadShedding _shedding;
    private readonly ListeningPort _port;

    /// <summary>Accepted, and to be served in this listener's turn.</summary>
    private readonly List<(LoopSocket Socket, KernelAddress Address)> _accepted = new(AcceptBatch);

    private int _fd;
    private bool _hasTurn, _more;
    private long _shed;

    /// <param name="server">Serves those who are accepted.</param>
    /// <param name="spare">The loop's, for its listeners together.</param>
    public ProxyListener(IListeningLoop server, SpareDescriptor spare, LoadShedding shedding, int fd, ListeningPort port)
    {
        (_server, _loop, _spare, _shedding, _port, _fd) = (server, server.Loop, spare, shedding, port, fd);
        spare.Hold();
        _loop.Register(fd, this);
    }

    public void Close()
    {
        _loop.Timers.Disarm(this);
        _loop.Close(_fd);
        _fd = -1;
    }

    internal override void OnReady(int fd, uint events) => Accept();

    internal override void OnTimer() => Accept();

    internal override void OnTurn()
    {
        _hasTurn = false;
        try
        {
            foreach (var (socket, address) in _accepted)
                _server.Serve(socket, address.ToEndPoint(), _port);
        }
        finally
        {
            _accepted.Clear(); // a fault must not have anybody served twice
        }
        if (_more)
            Accept();
    }

    // Whom it accepts is served in its turn, after everything else that is ready: by then, the first bytes of most have come.
    private void Accept()
    {
        _more = TryAccept();
        if (_hasTurn || (!_more && _accepted.Count == 0))
            return;
        _hasTurn = true;
        _loop.Requeue(this);
    }

    /// <summary>Accepts those that wait, <see cref="AcceptBatch"/> at most: whether more may wait.</summary>
    private bool TryAccept()
    {
        for (int accepted = 0; accepted < AcceptBatch; accepted++)
        {
            if (_fd < 0)
                return false;
            KernelAddress address;
            int length = KernelAddress.MaxSize;
            int client = Libc.Accept4(_fd, &address, &length, Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC);
            if (client < 0)
            {
                switch (Libc.Errno)
                {
                    case Linux.EAGAIN:
                        return false;
                    case Linux.EMFILE or Linux.ENFILE or Linux.ENOBUFS or Linux.ENOMEM:
                        ShedOneWithSpare();
                        _loop.ArmTimer(this, RetryDelay); // an edge that we could not use does not come again
                        return false;
                    default:
                        continue; // that client is gone already (ECONNABORTED and the like)
                }
            }
            _loop.Counts.CountAccepted();
            if (_shedding.ReasonToRefuse(client, _accepted.Count) is { } reason)
            {
                Shed(client, reason);
                continue;
            }
            if (_shed > 0)
            {
                _shedding.LogEnd(_shed);
                _shed = 0;
            }
            if (LoopSocket.Accepted(_loop, client) is { } socket)
                _accepted.Add((socket, address));
        }
        return true;
    }

    // Descriptors are gone: give up the spare one for a moment, so that at least one client is told instead of left hanging.
    private void ShedOneWithSpare()
    {
        if (!_spare.IsHeld)
            return;
        _spare.Release();
        int client = Libc.Accept4(_fd, null, null, Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC);
        if (client >= 0)
            Shed(client, "no file descriptors are left");
        _spare.Hold();
    }

    private void Shed(int client, string reason)
    {
        if (_shed++ == 0)
            _shedding.LogBegin(reason);
        _shedding.Count(_loop.Counts);
        if (!_port.NeedsTls && !_port.IsShadowsocks)
            Answer(client);
        Libc.Close(client);
    }

    private void Answer(int client)
    {
        // What the client has sent is read away first, or closing would reset the connection before it reads our answer.
        nint received = Libc.Recv(client, _loop.Scratch, EventLoop.ScratchSize, 0);
        var answer = _shedding.AnswerTo(new ReadOnlySpan<byte>(_loop.Scratch, (int)Math.Max(received, 0)));
        fixed (byte* bytes = answer)
            Libc.Send(client, bytes, answer.Length, Linux.MSG_NOSIGNAL);
        Libc.Shutdown(client, Linux.SHUT_WR);
    }
}
