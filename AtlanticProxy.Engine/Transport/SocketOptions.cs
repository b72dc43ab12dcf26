using System.Net;

namespace AtlanticProxy.Engine.Transport;

/// <summary>The socket options that the transport sets, one method a purpose.</summary>
internal static unsafe class SocketOptions
{
    /// <summary>
    /// Seconds of silence before TCP keep-alive probes, seconds between them, and how many: a vanished peer is noticed in 2
    /// minutes.
    /// </summary>
    private const int KeepAliveIdle = 60, KeepAliveInterval = 15, KeepAliveProbes = 4;

    /// <summary>
    /// Connections that may wait to be accepted: the kernel caps it at net.core.somaxconn (4096 since Linux 5.4).
    /// </summary>
    private const int Backlog = 4096;

    public static void NoDelay(int fd) => Set(fd, Linux.IPPROTO_TCP, Linux.TCP_NODELAY, 1);

    /// <summary>
    /// Before connect(2): our acknowledgement of the peer's SYN leaves with our first bytes, and not in a packet of its own
    /// (tcp(7), TCP_QUICKACK; haproxy's "tcp-smart-connect"). For whoever speaks first and at once: otherwise the peer waits for
    /// it up to 200 ms.
    /// </summary>
    public static void AcknowledgeWithData(int fd) => Set(fd, Linux.IPPROTO_TCP, Linux.TCP_QUICKACK, 0);

    /// <summary>close(2) then sends RST and discards what is unsent.</summary>
    public static void ResetOnClose(int fd)
    {
        long onZeroSeconds = 1; // struct linger { int l_onoff = 1; int l_linger = 0; }
        Libc.SetSockOpt(fd, Linux.SOL_SOCKET, Linux.SO_LINGER, &onZeroSeconds, sizeof(long));
    }

    /// <summary>
    /// A listening socket; when <paramref name="shared"/>, others of this user may listen on the same port. Accepted sockets
    /// inherit no-delay and keep-alive.
    /// </summary>
    /// <exception cref="System.Net.Sockets.SocketException">The address is in use, or may not be bound.</exception>
    public static int Listen(IPEndPoint endpoint, bool shared)
    {
        var address = new KernelAddress(endpoint);
        int fd = Libc.Socket(address.Family, Linux.SOCK_STREAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC, Linux.IPPROTO_TCP);
        if (fd < 0)
            throw SocketErrors.Exception(Libc.Errno, $"listening on {endpoint}");
        Set(fd, Linux.SOL_SOCKET, Linux.SO_REUSEADDR, 1);
        if (shared)
            Set(fd, Linux.SOL_SOCKET, Linux.SO_REUSEPORT, 1);
        if (address.Family == Linux.AF_INET6)
            Set(fd, Linux.IPPROTO_IPV6, Linux.IPV6_V6ONLY, 0);
        NoDelay(fd);
        Set(fd, Linux.SOL_SOCKET, Linux.SO_KEEPALIVE, 1);
        Set(fd, Linux.IPPROTO_TCP, Linux.TCP_KEEPIDLE, KeepAliveIdle);
        Set(fd, Linux.IPPROTO_TCP, Linux.TCP_KEEPINTVL, KeepAliveInterval);
        Set(fd, Linux.IPPROTO_TCP, Linux.TCP_KEEPCNT, KeepAliveProbes);
        if (Libc.Bind(fd, &address, address.Size) == 0 && Libc.Listen(fd, Backlog) == 0)
            return fd;
        int errno = Libc.Errno;
        Libc.Close(fd);
        throw SocketErrors.Exception(errno, $"listening on {endpoint}");
    }

    /// <summary>
    /// Makes a connection go out from <paramref name="from"/>, which may be any address that is routed to this machine and not
    /// only those of its interfaces. The port is chosen at connect(2), when the destination is known, so that each destination
    /// has all of them.
    /// </summary>
    /// <returns>0, or a negative errno.</returns>
    public static int BindSource(int fd, IPAddress from)
    {
        var address = new KernelAddress(from, 0);
        Set(fd, Linux.IPPROTO_IP, Linux.IP_BIND_ADDRESS_NO_PORT, 1);
        Set(fd, Linux.IPPROTO_IP, Linux.IP_FREEBIND, 1);
        return Libc.Bind(fd, &address, address.Size) == 0 ? 0 : -Libc.Errno;
    }

    /// <summary>
    /// A UDP socket bound to <paramref name="endpoint"/>; when <paramref name="shared"/>, others of this user may share the port.
    /// </summary>
    /// <returns>The descriptor, or a negative errno, which is EMFILE already when nearly all descriptors are in use.</returns>
    public static int BindDatagrams(IPEndPoint endpoint, bool shared)
    {
        var address = new KernelAddress(endpoint);
        int fd = Libc.Socket(address.Family, Linux.SOCK_DGRAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC, Linux.IPPROTO_UDP);
        if (fd < 0)
            return -Libc.Errno;
        if (fd >= DescriptorLimit.Ceiling)
        {
            Libc.Close(fd);
            return -Linux.EMFILE;
        }
        if (shared)
            Set(fd, Linux.SOL_SOCKET, Linux.SO_REUSEPORT, 1);
        if (address.Family == Linux.AF_INET6)
            Set(fd, Linux.IPPROTO_IPV6, Linux.IPV6_V6ONLY, 0);
        if (Libc.Bind(fd, &address, address.Size) == 0)
            return fd;
        int errno = Libc.Errno;
        Libc.Close(fd);
        return -errno;
    }

    /// <summary>Where a socket is bound, with the port that the kernel chose.</summary>
    public static IPEndPoint LocalEndPoint(int fd)
    {
        KernelAddress address;
        int length = KernelAddress.MaxSize;
        return Libc.GetSockName(fd, &address, &length) == 0
            ? address.ToEndPoint()
            : throw SocketErrors.Exception(Libc.Errno, "getsockname");
    }

    private static void Set(int fd, int level, int name, int value) => Libc.SetSockOpt(fd, level, name, &value, sizeof(int));
}
