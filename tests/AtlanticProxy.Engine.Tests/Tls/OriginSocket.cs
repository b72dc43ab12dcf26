using System.Net;
using System.Net.Sockets;

namespace AtlanticProxy.Engine.Tests.Tls;

/// <summary>An origin whose side of each connection the test plays itself.</summary>
internal sealed class OriginSocket : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(30), TimeProvider.System);

    public OriginSocket() => _listener.Start();

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    public async Task<Socket> AcceptAsync() => await _listener.AcceptSocketAsync(_deadline.Token);

    public void Dispose()
    {
        _listener.Dispose();
        _deadline.Dispose();
    }
}
