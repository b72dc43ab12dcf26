using System.Net.Sockets;
using System.Text;

namespace AtlanticProxy.Host.Tests.Processes;

/// <summary>What systemd has for its services' messages (sd_notify(3)). Any user may send to it.</summary>
internal sealed class NotifySocket : IDisposable
{
    public const string Variable = "NOTIFY_SOCKET";

    private const UnixFileMode Everybody = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly byte[] _message = new byte[4096];

    public NotifySocket(string path)
    {
        Path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | Everybody);
        string folder = System.IO.Path.GetDirectoryName(path)!;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
    }

    public string Path { get; }

    /// <summary>All that was heard.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>Listens until a message has <paramref name="line"/>.</summary>
    public async Task WaitForAsync(string line, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(TimeSpan.FromMinutes(1));
        do
            Heard.Add(Encoding.UTF8.GetString(_message, 0, await _socket.ReceiveAsync(_message, deadline.Token)));
        while (!Heard[^1].Split('\n').Contains(line));
    }

    public void Dispose() => _socket.Dispose();
}
