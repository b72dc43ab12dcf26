using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>
/// An origin that keeps every byte it receives, and after each request head says what the test wants: no HTTP library tidies
/// either.
/// </summary>
public sealed class RecordingOrigin : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly StringBuilder _received = new();
    private readonly List<Socket> _sockets = [];
    private readonly Task _accepting;

    public RecordingOrigin()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Sent after each request head.</summary>
    public string Response { get; set; } = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// <summary>Whether the connection ends after the response.</summary>
    public bool Closes { get; set; }

    /// <summary>All connections' bytes, as Latin-1.</summary>
    public string Received
    {
        get
        {
            lock (_received)
                return _received.ToString();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        lock (_sockets)
            _sockets.ForEach(s => s.Dispose());
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                lock (_sockets)
                    _sockets.Add(socket);
                serving.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException) // stopped, while it waited or between two
        {
        }
        lock (_sockets)
            _sockets.ForEach(s => s.Dispose());
        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket socket)
    {
        byte[] buffer = new byte[64 * 1024];
        string unanswered = "";
        try
        {
            for (int read; (read = await socket.ReceiveAsync(buffer)) > 0;)
            {
                string text = Encoding.Latin1.GetString(buffer, 0, read);
                lock (_received)
                    _received.Append(text);
                unanswered += text;
                for (int end; (end = unanswered.IndexOf("\r\n\r\n", StringComparison.Ordinal)) >= 0;
                    unanswered = unanswered[(end + 4)..])
                {
                    await socket.SendAsync(Encoding.Latin1.GetBytes(Response));
                    if (!Closes)
                        continue;
                    socket.Shutdown(SocketShutdown.Send);
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException) // stopped, while it waited or between two
        {
        }
    }
}
