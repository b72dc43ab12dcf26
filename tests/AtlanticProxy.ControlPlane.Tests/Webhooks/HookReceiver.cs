using System.Collections.Concurrent;
using System.Text;

namespace AtlanticProxy.ControlPlane.Tests.Webhooks;

/// <summary>One request that came.</summary>
internal sealed record ReceivedHook(string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>Somebody's server that gets webhooks: one request a connection.</summary>
internal sealed class HookReceiver : ScriptedServer
{
    public string Url => $"http://127.0.0.1:{Port}/hooks";

    public ConcurrentQueue<ReceivedHook> Received { get; } = new();

    /// <summary>Status line and what follows of the answer; null: none, the connection stays open and silent.</summary>
    public Func<ReceivedHook, string?> Answer { get; set; } = _ => "200 OK";

    protected override async Task TalkAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        string path = (await reader.ReadLineAsync(Stopping))!.Split(' ')[1];
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(Stopping) is { Length: > 0 } line)
            headers[line.Split(':')[0]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        char[] body = new char[int.Parse(headers["Content-Length"], System.Globalization.CultureInfo.InvariantCulture)];
        int length = await reader.ReadBlockAsync(body, Stopping);
        var hook = new ReceivedHook(path, headers, new string(body, 0, length));
        Received.Enqueue(hook);
        if (Answer(hook) is { } answer)
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {answer}\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"), Stopping);
        else
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Stopping);
    }
}
