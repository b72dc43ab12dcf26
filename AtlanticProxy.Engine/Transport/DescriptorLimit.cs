namespace AtlanticProxy.Engine.Transport;

/// <summary>How many file descriptors this process may have, and what that means for connections.</summary>
internal static unsafe class DescriptorLimit
{
    /// <summary>Descriptors kept for everything else: the portal, PostgreSQL connections, logs, and the pipes of bulk tunnels.</summary>
    private const int Reserved = 1024;

    /// <summary>A tunnel has two sockets.</summary>
    private const int PerConnection = 2;

    /// <summary>Raises the soft limit to the hard one, and says how many client connections fit.</summary>
    public static int Connections()
    {
        ResourceLimit limit;
        if (Libc.GetRLimit(Linux.RLIMIT_NOFILE, &limit) != 0)
            throw SocketErrors.Exception(Libc.Errno, "getrlimit");
        if (limit.Soft < limit.Hard)
        {
            limit.Soft = limit.Hard;
            if (Libc.SetRLimit(Linux.RLIMIT_NOFILE, &limit) != 0)
                throw SocketErrors.Exception(Libc.Errno, "setrlimit");
        }
        long usable = (long)Math.Min(limit.Soft, int.MaxValue) - Reserved;
        return (int)Math.Max(usable / PerConnection, 1);
    }
}
