using System.Net;
using System.Net.Sockets;

namespace AtlanticProxy.Engine.Tests.Udp;

/// <summary>Sends back each datagram to whom it came from.</summary>
internal sealed class UdpEcho : IDisposable
{
    private readonly UdpClient _socket;
    private readonly CancellationTokenSource _stop = new();
    private int _received;

    /// <param name="address">Where; null for 127.0.0.1.</param>
    public UdpEcho(IPAddress? address = null)
    {
        _socket = new UdpClient(new IPEndPoint(address ?? IPAddress.Loopback, 0));
        _ = EchoAsync();
    }

    public IPEndPoint Endpoint => (IPEndPoint)_socket.Client.LocalEndPoint!;

    public int Received => Volatile.Read(ref _received);

    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task EchoAsync()
    {
        try
        {
            while (true)
            {
                var datagram = await _socket.ReceiveAsync(_stop.Token);
                Interlocked.Increment(ref _received);
                await _socket.SendAsync(datagram.Buffer, datagram.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // disposed
        }
    }
}
