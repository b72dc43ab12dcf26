using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AtlanticProxy.Benchmarks.Processes;

namespace AtlanticProxy.Benchmarks.Load;

/// <summary>The load process as the comparison sees it.</summary>
internal sealed class LoadProcess : IAsyncDisposable
{
    private readonly Process _process;

    private LoadProcess(Process process, int stubPort) => (_process, StubPort) = (process, stubPort);

    /// <summary>Where the upstream stub listens, on 127.0.0.1.</summary>
    public int StubPort { get; }

    public static async Task<LoadProcess> StartAsync(string cores)
    {
        var start = new ProcessStartInfo(PinnedProcess.Pin[0],
            [.. PinnedProcess.Pin[1..], cores, "dotnet", typeof(LoadProcess).Assembly.Location, "load"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("the load process did not start");
        string? port = await process.StandardOutput.ReadLineAsync();
        return new LoadProcess(process, int.Parse(port ?? "", CultureInfo.InvariantCulture));
    }

    public async Task<LoadResult> RunAsync(LoadJob job)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(job));
        await _process.StandardInput.FlushAsync();
        string line = await _process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("the load process has ended");
        return JsonSerializer.Deserialize<LoadResult>(line)
            ?? throw new InvalidOperationException("the load process said nothing");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close(); // the end of its input is its end
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
