using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>A peer that does to each connection what a test's script says, and tells what it saw.</summary>
internal sealed class ScriptedUpstream : IDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<Connection, Task> _script;
    private readonly CancellationTokenSource _stop = new();
    private int _accepted, _ended;

    /// <param name="address">Where it listens; null for 127.0.0.1.</param>
    /// <param name="port">0 for a free one.</param>
    public ScriptedUpstream(Func<Connection, Task> script, IPAddress? address = null, int port = 0)
    {
        _script = script;
        _listener = new TcpListener(address ?? IPAddress.Loopback, port);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Reads a head, says <paramref name="reply"/>, and ends.</summary>
    public static ScriptedUpstream Answering(string reply) => new(async peer =>
    {
        await peer.ReadHeadAsync();
        await peer.SendAsync(reply);
    });

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Scripts that have run to their end.</summary>
    public int Ended => Volatile.Read(ref _ended);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true; // what a script sends is there when it has sent it
                Interlocked.Increment(ref _accepted);
                _ = RunAsync(socket);
            }
        }
        catch (OperationCanceledException)
        {
            // disposed
        }
    }

    private async Task RunAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await _script(new Connection(socket, _stop.Token));
            }
            catch (Exception ended) when (ended is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The engine closed it, or the test is over: for a script that is an end like any other.
            }
        }
        Interlocked.Increment(ref _ended);
    }

    internal sealed class Connection(Socket socket, CancellationToken stop)
    {
        public async Task<string> ReadHeadAsync()
        {
            var head = new StringBuilder();
            var one = new byte[1];
            while (head.Length < 4 || head.ToString(head.Length - 4, 4) != "\r\n\r\n")
            {
                if (await socket.ReceiveAsync(one.AsMemory(), stop) == 0)
                    return head.ToString();
                head.Append((char)one[0]);
            }
            return head.ToString();
        }

        /// <summary>Waits for something to come.</summary>
        public async Task ReadAnyAsync() => await socket.ReceiveAsync(new byte[1024], stop);

        /// <summary>So many bytes, or fewer when the stream ends.</summary>
        public async Task<string> ReadAsync(int length)
        {
            var bytes = new byte[length];
            int read = 0;
            for (int more; read < length && (more = await socket.ReceiveAsync(bytes.AsMemory(read), stop)) > 0;)
                read += more;
            return Encoding.Latin1.GetString(bytes, 0, read);
        }

        public async Task SendAsync(string text)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(text);
            for (int sent = 0; sent < bytes.Length;)
                sent += await socket.SendAsync(bytes.AsMemory(sent), stop);
        }

        /// <summary>Bytes until the engine ends the stream.</summary>
        public async Task<long> DrainAsync()
        {
            long total = 0;
            var buffer = new byte[64 * 1024];
            for (int read; (read = await socket.ReceiveAsync(buffer.AsMemory(), stop)) > 0;)
                total += read;
            return total;
        }

        public void FinishSending() => socket.Shutdown(SocketShutdown.Send);

        public void Reset() => socket.Close(timeout: 0);
    }
}
