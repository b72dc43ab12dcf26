using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Usage;

/// <summary>
/// Stands between a client and PostgreSQL. The first <c>thefts</c> answers to a COMMIT never reach the client: the server has
/// committed, the connection breaks, and the client cannot know.
/// </summary>
internal sealed class CommitThief : IAsyncDisposable
{
    private const string SocketName = ".s.PGSQL.5432";

    /// <summary>CommandComplete's tag, as it ends.</summary>
    private static readonly byte[] Committed = Encoding.ASCII.GetBytes("COMMIT\0");

    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("atlantic-thief-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _server;
    private readonly Task _accepting;
    private readonly ConcurrentBag<Socket> _clients = [];
    private int _left;

    public CommitThief(string connectionString, int thefts)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        _server = Path.Combine(target.Host!, $".s.PGSQL.{target.Port}");
        _left = thefts;
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, SocketName)));
        _listener.Listen();
        _accepting = AcceptAsync();
        Source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString) { Host = _folder, Port = 5432,
                Pooling = false }.ConnectionString);
    }

    /// <summary>Connections through the thief.</summary>
    public NpgsqlDataSource Source { get; }

    public int Left => Volatile.Read(ref _left);

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        _listener.Dispose();
        foreach (var client in _clients)
            client.Dispose();
        await _accepting;
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private async Task AcceptAsync()
    {
        var carrying = new List<Task>();
        try
        {
            while (true)
                carrying.Add(CarryAsync(await _listener.AcceptAsync()));
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(carrying);
        }
    }

    private async Task CarryAsync(Socket client)
    {
        _clients.Add(client);
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await server.ConnectAsync(new UnixDomainSocketEndPoint(_server));
        await Task.WhenAll(CopyAsync(client, server, _ => true),
            CopyAsync(server, client, bytes => bytes.IndexOf(Committed) < 0 || Interlocked.Decrement(ref _left) < 0));
    }

    private static async Task CopyAsync(Socket from, Socket to, Func<Span<byte>, bool> passes)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
            {
                if (!passes(buffer.AsSpan(0, read)))
                    break;
                await to.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // One side is gone, and so is the other.
        }
        from.Close();
        to.Close();
    }
}
