using System.Diagnostics;
using System.Text.Json;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Host.Tests;

/// <summary>The built executable, run as its users run it.</summary>
internal sealed class ApplianceProcess : IAsyncDisposable
{
    /// <summary>Far beyond a first start on a loaded two-core machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _error;

    private ApplianceProcess(Process process, JsonDocument ready, Task<string> error) =>
        (_process, Ready, _error) = (process, ready, error);

    /// <summary>What it wrote to its ready file.</summary>
    public JsonDocument Ready { get; }

    public string Portal => Ready.RootElement.GetProperty("portal").GetString()!;

    public static IReadOnlyList<string> Command(params IEnumerable<string> arguments) =>
        [Checkout.Executable, .. arguments];

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<Tool.Ended> RunAsync(IEnumerable<string> arguments, string input = "")
    {
        var start = Tool.StartOf(Command(arguments));
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Patience);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return new Tool.Ended(process.ExitCode, await output, await error);
    }

    /// <summary>Runs <c>serve</c> on ports of its own until it is ready.</summary>
    public static async Task<ApplianceProcess> ServeAsync(TemporaryFolder folder, params IEnumerable<string> arguments)
    {
        string readyFile = folder[$"ready-{Guid.CreateVersion7():n}.json"];
        var process = Process.Start(Tool.StartOf(Command(
            ["serve", "--data", folder["data"], "--portal", "127.0.0.1:0", "--proxy", "127.0.0.1:0", "--ready-file", readyFile,
                .. arguments])))!;
        process.StandardInput.Close();
        _ = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await Poll.UntilAsync(() => process.HasExited || File.Exists(readyFile), Patience);
        if (process.HasExited)
            throw new InvalidOperationException($"serve ended with {process.ExitCode}: {await error}");
        return new ApplianceProcess(process, JsonDocument.Parse(await File.ReadAllTextAsync(readyFile)), error);
    }

    /// <summary>Sends a signal and waits for the end. The exit code.</summary>
    public async Task<int> EndAsync(int signal)
    {
        Signal.Send(_process.Id, signal);
        using var deadline = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await EndAsync(Signal.Terminate);
        await _error;
        _process.Dispose();
        Ready.Dispose();
    }
}
