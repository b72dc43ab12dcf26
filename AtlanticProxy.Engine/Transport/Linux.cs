namespace AtlanticProxy.Engine.Transport;

/// <summary>
/// Constants of the Linux ABI, by their own names (uapi headers). Only those that x86-64 and arm64 share: O_DIRECTORY and
/// O_NOFOLLOW, for instance, are other bits on each (docs/decisions/0028-arm64.md).
/// </summary>
internal static class Linux
{
    // errno (asm-generic/errno-base.h, errno.h)
    public const int EINTR = 4, EBADF = 9, EAGAIN = 11, ENOMEM = 12, EACCES = 13, EINVAL = 22, ENFILE = 23, EMFILE = 24,
        EPIPE = 32,
        EADDRINUSE = 98, EADDRNOTAVAIL = 99, ENETUNREACH = 101, ECONNABORTED = 103, ECONNRESET = 104, ENOBUFS = 105,
        ETIMEDOUT = 110, ECONNREFUSED = 111,
        EHOSTUNREACH = 113, EINPROGRESS = 115;

    // sys/socket.h
    public const int AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10;
    public const int SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000;
    public const int SOL_SOCKET = 1, SO_REUSEADDR = 2, SO_ERROR = 4, SO_LINGER = 13, SO_REUSEPORT = 15;
    public const int IPPROTO_IP = 0, IPPROTO_TCP = 6, IPPROTO_UDP = 17, IPPROTO_IPV6 = 41;
    public const int TCP_NODELAY = 1, TCP_KEEPIDLE = 4, TCP_KEEPINTVL = 5, TCP_KEEPCNT = 6, TCP_QUICKACK = 12, SO_KEEPALIVE = 9;
    public const int IP_FREEBIND = 15, IP_BIND_ADDRESS_NO_PORT = 24, IPV6_V6ONLY = 26;
    public const int MSG_PEEK = 2, MSG_TRUNC = 0x20, MSG_DONTWAIT = 0x40, MSG_NOSIGNAL = 0x4000;
    public const int SHUT_RD = 0, SHUT_WR = 1, SHUT_RDWR = 2;

    // sys/epoll.h
    public const int EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2, EPOLL_CTL_MOD = 3, EPOLL_CLOEXEC = 0x80000;
    public const uint EPOLLIN = 0x1, EPOLLOUT = 0x4, EPOLLERR = 0x8, EPOLLHUP = 0x10, EPOLLRDHUP = 0x2000, EPOLLET = 1u << 31;

    // fcntl.h, eventfd.h
    public const int O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000, F_SETPIPE_SZ = 1031;
    public const int EFD_NONBLOCK = 0x800, EFD_CLOEXEC = 0x80000;
    public const uint SPLICE_F_MOVE = 1, SPLICE_F_NONBLOCK = 2, SPLICE_F_MORE = 4;

    // sys/resource.h
    public const int RLIMIT_NOFILE = 7;
}
