namespace AtlanticProxy.Engine.Transport;

/// <summary>
/// How many file descriptors this process may have, and what that means for connections. Read once, and raised to what is
/// allowed.
/// </summary>
internal static unsafe class DescriptorLimit
{
    /// <summary>
    /// Descriptors kept for everything else: half for the portal, PostgreSQL connections and logs, half for the pipes of bulk
    /// tunnels and for TLS.
    /// </summary>
    private const int Reserved = 2048;

    /// <summary>Of a low limit, no more than this share is kept: one in four.</summary>
    private const int ReservedShare = 4;

    /// <summary>A tunnel has two sockets.</summary>
    private const int PerConnection = 2;

    private static readonly int s_limit = Raise();
    private static readonly int s_reserved = Math.Min(Reserved, s_limit / ReservedShare);

    /// <summary>Client connections that fit.</summary>
    public static int Connections => Math.Max((s_limit - s_reserved) / PerConnection, 1);

    /// <summary>
    /// A descriptor of this number or above is not for proxied traffic. The kernel gives the lowest free number, so one that high
    /// means that nearly all are in use; those left are the portal's and the database's, so that whoever runs this machine can
    /// still see and mend it, and the runtime's, which ends the process when it cannot start a thread.
    /// </summary>
    public static int Ceiling { get; internal set; } = s_limit - s_reserved / 2; // tests lower it

    private static int Raise()
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
        return (int)Math.Min(limit.Soft, int.MaxValue);
    }
}
