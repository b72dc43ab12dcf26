using System.Net;

namespace AtlanticProxy.Engine.Transport;

/// <content>How a socket comes to be: adopted, accepted, or connected.</content>
internal sealed partial class LoopSocket
{
    /// <summary>Takes over a connected descriptor. Null when the kernel has no memory to watch it; it is closed then.</summary>
    public static LoopSocket? Adopt(EventLoop loop, int fd, ISocketBridge? bridge = null) =>
        Watch(new LoopSocket(loop, fd, bridge, watchWrites: true));

    /// <summary>
    /// Takes over a client that was just accepted: its first bytes are likely to have come already, so the first read tries and
    /// does not wait to be told; and that it can be written to at first goes without saying. Null when the kernel has no memory
    /// to watch it; it is closed then.
    /// </summary>
    public static LoopSocket? Accepted(EventLoop loop, int fd) =>
        Watch(new LoopSocket(loop, fd, null, watchWrites: false) { _canRead = true });

    /// <summary>Starts a connection: it stands once it is writable and has no <see cref="ConnectError"/>.</summary>
    /// <param name="from">Own address to go out from; null leaves it to the kernel.</param>
    /// <param name="speaksFirst">We shall send something as soon as it stands.</param>
    /// <returns>0, or a negative errno.</returns>
    public static unsafe int Connect(
        EventLoop loop, in KernelAddress address, IPAddress? from, bool speaksFirst, out LoopSocket? socket)
    {
        socket = null;
        int fd = Libc.Socket(address.Family, Linux.SOCK_STREAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC, Linux.IPPROTO_TCP);
        if (fd < 0)
            return -Libc.Errno;
        if (fd >= DescriptorLimit.Ceiling)
        {
            Libc.Close(fd);
            return -Linux.EMFILE;
        }
        SocketOptions.NoDelay(fd);
        if (speaksFirst)
            SocketOptions.AcknowledgeWithData(fd);
        if (from is not null && SocketOptions.BindSource(fd, from) is < 0 and var refused)
        {
            Libc.Close(fd);
            return refused;
        }
        var target = address;
        if (Libc.Connect(fd, &target, target.Size) != 0 && Libc.Errno != Linux.EINPROGRESS)
        {
            int errno = Libc.Errno;
            Libc.Close(fd);
            return -errno;
        }
        socket = Adopt(loop, fd);
        return socket is null ? -Linux.ENOMEM : 0;
    }

    /// <summary>Why the connection does not stand, now that it would: a negative errno, or 0.</summary>
    public int ConnectError => PeerEnded ? PendingError() : 0; // a failed connection comes with EPOLLERR

    private unsafe int PendingError()
    {
        int error = 0, length = sizeof(int);
        return Libc.GetSockOpt(Fd, Linux.SOL_SOCKET, Linux.SO_ERROR, &error, &length) == 0 ? -error : -Libc.Errno;
    }

    private static LoopSocket? Watch(LoopSocket socket)
    {
        if (socket.Loop.Register(socket.Fd, socket, socket.WatchesWrites))
            return socket;
        socket.Bridge?.OnClosing(reset: true);
        Libc.Close(socket.Fd);
        return null;
    }
}
