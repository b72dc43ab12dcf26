using AtlanticProxy.Benchmarks.Processes;

namespace AtlanticProxy.Benchmarks.Peers;

/// <summary>A proxy under test, running on its core and chained to the stub.</summary>
internal abstract class Peer(string name, string folder) : IAsyncDisposable
{
    protected const string Loopback = "127.0.0.1";

    /// <summary>Descriptors a process may have where this is built: enough for 8 000 tunnels.</summary>
    protected const int Descriptors = 20_000;

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(120);

    private PinnedProcess? _process;

    public string Name { get; } = name;

    public string Username { get; protected set; } = "bench";

    public string Password { get; protected set; } = "benchmark-secret";

    public int Port { get; } = PinnedProcess.FreePort();

    public int Pid => _process!.Pid;

    public string Version { get; protected set; } = "";

    /// <summary>Memory before the first request: the process, and its tree.</summary>
    public (long Process, long Tree) BaseMemory { get; set; }

    /// <summary>Whether it speaks SOCKS5 and can chain that to the stub.</summary>
    public virtual bool HasSocks5 => false;

    protected string Folder { get; } = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;

    /// <summary>Writes its configuration and returns the command to run.</summary>
    protected abstract Task<string[]> PrepareAsync(int stubPort);

    /// <summary>Whether it can be used, once its port is open.</summary>
    protected virtual Task CompleteAsync(int stubPort) => Task.CompletedTask;

    public async Task StartAsync(string cores, int stubPort)
    {
        string[] command = await PrepareAsync(stubPort);
        _process = PinnedProcess.Start(cores, Path.Combine(Folder, "output.log"), command);
        await _process.UntilAsync(() => PinnedProcess.IsListeningAsync(Port), ReadyTimeout, $"{Name} (its log is in {Folder})");
        await CompleteAsync(stubPort);
    }

    protected Task UntilAsync(Func<Task<bool>> condition, TimeSpan atMost, string what) =>
        _process!.UntilAsync(condition, atMost, $"{Name}: {what} (its log is in {Folder})");

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _process, null) is { } process)
            await process.DisposeAsync();
    }

    protected string Write(string file, string text)
    {
        string path = Path.Combine(Folder, file);
        File.WriteAllText(path, text);
        return path;
    }

    protected static async Task<string> DebianVersionAsync(string package) =>
        (await PinnedProcess.RunAsync("dpkg-query", "-W", "-f=${Version}", package)).Trim();
}
