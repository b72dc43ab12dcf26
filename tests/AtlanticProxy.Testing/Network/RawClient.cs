using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AtlanticProxy.Testing.Network;

/// <summary>A TCP connection that says exactly the given bytes: what no decent client library would. Text is Latin-1.</summary>
public sealed class RawClient : IDisposable
{
    // A server that says and takes nothing for so long fails its test rather than the whole run.
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private readonly CancellationTokenSource _silence = new(s_deadline, TimeProvider.System);

    private RawClient(Socket socket) => _socket = socket;

    // Begins anew with each step forward.
    private CancellationToken Deadline
    {
        get
        {
            _silence.CancelAfter(s_deadline);
            return _silence.Token;
        }
    }

    /// <param name="receiveBuffer">Bytes that may wait to be read; null leaves it to the kernel.</param>
    public static async Task<RawClient> ConnectAsync(IPEndPoint endpoint, int? receiveBuffer = null)
    {
        var client = new RawClient(new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        if (receiveBuffer is { } size)
            client._socket.ReceiveBufferSize = size;
        await client._socket.ConnectAsync(endpoint, client.Deadline);
        return client;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
            sent += await _socket.SendAsync(bytes.AsMemory(sent), Deadline);
    }

    /// <summary>Sends until for some time nobody takes anything any more.</summary>
    public void SendUntilStuck()
    {
        var patience = TimeSpan.FromMilliseconds(300);
        byte[] much = new byte[64 * 1024];
        _socket.Blocking = false;
        while (_socket.Poll(patience, SelectMode.SelectWrite))
            _socket.Send(much);
    }

    /// <summary>FIN: nothing more will be sent, receiving goes on.</summary>
    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>RST.</summary>
    public void Reset() => _socket.Close(timeout: 0);

    /// <summary>Some bytes: how many; 0 when the server ended, in whatever way.</summary>
    public async Task<int> ReadSomeAsync(Memory<byte> into)
    {
        try
        {
            return await _socket.ReceiveAsync(into, Deadline);
        }
        catch (SocketException)
        {
            return 0; // a reset
        }
    }

    /// <summary>Exactly so many bytes.</summary>
    /// <exception cref="EndOfStreamException">The server ended before; the message says what it sent.</exception>
    public async Task<byte[]> ReadAsync(int length)
    {
        byte[] bytes = new byte[length];
        for (int read = 0, more; read < length; read += more)
            if ((more = await _socket.ReceiveAsync(bytes.AsMemory(read), Deadline)) == 0)
                throw new EndOfStreamException(
                    $"{length} bytes were wanted, there were {read}: {Encoding.Latin1.GetString(bytes, 0, read)}");
        return bytes;
    }

    /// <summary>Up to and with the empty line: a byte at a time, so that what follows is left.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        do
            head.Append((char)(await ReadAsync(1))[0]);
        while (head.Length < 4 || head.ToString(head.Length - 4, 4) != "\r\n\r\n");
        return head.ToString();
    }

    /// <summary>A head and the body that its Content-Length says.</summary>
    public async Task<(string Head, string Body)> ReadResponseAsync()
    {
        string head = await ReadHeadAsync();
        string? length = head.Split("\r\n")
            .FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        byte[] body = await ReadAsync(length is null
            ? 0
            : int.Parse(length.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
        return (head, Encoding.UTF8.GetString(body));
    }

    /// <summary>All until the server ends.</summary>
    /// <exception cref="SocketException">It ended with a reset.</exception>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        for (int read; (read = await _socket.ReceiveAsync(buffer.AsMemory(), Deadline)) > 0;)
            all.Write(buffer, 0, read);
        return all.ToArray();
    }

    /// <summary>As <see cref="ReadToEndAsync"/>, as text; a reset is an end too.</summary>
    public async Task<string> ReadTextUntilClosedAsync()
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await _socket.ReceiveAsync(buffer.AsMemory(), Deadline)) > 0;)
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
        }
        return text.ToString();
    }

    /// <summary>What has arrived and not been read, without waiting: bytes, and whether the server has ended.</summary>
    public bool HasSomething => _socket.Poll(0, SelectMode.SelectRead);

    public void Dispose()
    {
        _socket.Dispose();
        _silence.Dispose();
    }
}
