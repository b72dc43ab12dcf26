using System.ComponentModel;
using System.Net.Sockets;

namespace AtlanticProxy.Engine.Transport;

/// <summary>Turns errno into exceptions, where an error is a fault and not an expected ending.</summary>
internal static class SocketErrors
{
    public static Exception Exception(int errno, string doing) => errno switch
    {
        Linux.EADDRINUSE => new SocketException((int)SocketError.AddressAlreadyInUse, $"{doing}: the address is in use"),
        Linux.EACCES => new SocketException((int)SocketError.AccessDenied, $"{doing}: permission denied"),
        _ => new IOException($"{doing}: {new Win32Exception(errno).Message} (errno {errno})"),
    };
}
