using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AtlanticProxy.Benchmarks.Processes;

/// <summary>A child process on the cores it was given, its output in a file. Ended by its own id.</summary>
internal sealed class PinnedProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30), PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// What makes a command run on given cores, before what else the machine is doing (setpriority(2)): all processes of a
    /// benchmark alike.
    /// </summary>
    public static readonly string[] Pin = ["nice", "-n", "-20", "taskset", "-c"];

    private readonly Process _process;

    private PinnedProcess(Process process) => _process = process;

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>
    /// Starts <paramref name="command"/> on <paramref name="cores"/> ("0", "0,1"). The words before it replace themselves by it,
    /// so the id stays.
    /// </summary>
    public static PinnedProcess Start(string cores, string logFile, params string[] command)
    {
        string quoted = string.Join(' ', command.Select(word => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'"));
        var start = new ProcessStartInfo("/bin/sh",
            ["-c", $"exec {string.Join(' ', Pin)} {cores} {quoted} >'{logFile}' 2>&1 </dev/null"]);
        return new PinnedProcess(Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start"));
    }

    /// <summary>Runs a command to its end and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<string> RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true,
            RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");
        var error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"{string.Join(' ', command)} failed with {process.ExitCode}: {output}{await error}");
    }

    /// <summary>A loopback port that nothing listens on now.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Polls until <paramref name="condition"/> holds.</summary>
    /// <exception cref="InvalidOperationException">It did not in time, or the process ended before.</exception>
    public async Task UntilAsync(Func<Task<bool>> condition, TimeSpan atMost, string what)
    {
        long since = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (HasExited || TimeProvider.System.GetElapsedTime(since) > atMost)
                throw new InvalidOperationException(
                    $"{what}: {(HasExited ? $"ended with {_process.ExitCode}" : "not ready in time")}");
            await Task.Delay(PollInterval, TimeProvider.System);
        }
    }

    public static async Task<bool> IsListeningAsync(int port)
    {
        using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false; // not yet
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await RunAsync("kill", "-TERM", Pid.ToString(System.Globalization.CultureInfo.InvariantCulture));
            using var timeout = new CancellationTokenSource(StopTimeout);
            try
            {
                await _process.WaitForExitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }
        _process.Dispose();
    }
}
