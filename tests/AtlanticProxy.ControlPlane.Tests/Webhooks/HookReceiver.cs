using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AtlanticProxy.ControlPlane.Tests.Webhooks;

/// <summary>One request that came.</summary>
internal sealed record ReceivedHook(string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>Somebody's server that gets webhooks: one request a connection.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public HookReceiver()
    {
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hooks";
        _accepting = AcceptAsync();
    }

    public string Url { get; }

    public ConcurrentQueue<ReceivedHook> Received { get; } = new();

    /// <summary>Status line and what follows of the answer; null: none, the connection stays open and silent.</summary>
    public Func<ReceivedHook, string?> Answer { get; set; } = _ => "200 OK";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
                conversations.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.UTF8);
            string path = (await reader.ReadLineAsync(_stop.Token))!.Split(' ')[1];
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
                headers[line.Split(':')[0]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            char[] body = new char[int.Parse(headers["Content-Length"], System.Globalization.CultureInfo.InvariantCulture)];
            int length = await reader.ReadBlockAsync(body, _stop.Token);
            var hook = new ReceivedHook(path, headers, new string(body, 0, length));
            Received.Enqueue(hook);
            if (Answer(hook) is { } answer)
                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 {answer}\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"), _stop.Token);
            else
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException)
        {
            // The other side went away, or the test is over.
        }
    }
}
