using System.Net;
using System.Net.Sockets;

namespace AtlanticProxy.Testing.Network;

/// <summary>
/// A loopback port that refuses connections as long as this lives: it is taken, so that nobody else can, and nobody listens on
/// it.
/// </summary>
public sealed class RefusingPort : IDisposable
{
    private readonly Socket _taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RefusingPort() => _taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public IPEndPoint Endpoint => (IPEndPoint)_taken.LocalEndPoint!;

    public void Dispose() => _taken.Dispose();
}
