using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Packaging.Tests.Images;

/// <summary>
/// The appliance of an image for arm64, with that image's libraries, run by qemu's user emulation: its system calls are this
/// kernel's, its structures and instructions those of arm64. The emulator runs one program, so the database is one of this
/// machine's.
/// </summary>
public sealed class EmulatedAppliance : IAsyncDisposable
{
    private const string Emulator = "qemu-aarch64-static";

    /// <summary>
    /// A start takes 17 s here: code that is not compiled ahead of time is compiled under emulation. Beside browsers and
    /// compilers on two cores, 150 s were not enough once.
    /// </summary>
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(300), StopDeadline = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly string _folder, _connection;
    private readonly StringBuilder _output = new();

    private EmulatedAppliance(Process process, string folder, string connection) =>
        (_process, _folder, _connection) = (process, folder, connection);

    /// <summary>What it wrote when it was ready: addresses of portal and proxy.</summary>
    public JsonElement Ready { get; private set; }

    public string Address(string name) => Ready.GetProperty(name).GetString()!;

    /// <param name="database">A migrated one.</param>
    public static async Task<EmulatedAppliance> StartAsync(Image image, TestDatabase database, params string[] settings)
    {
        string folder = Directory.CreateTempSubdirectory("atlantic-arm64-").FullName;
        string ready = Path.Combine(folder, "ready.json");
        var start = new ProcessStartInfo(Emulator,
        [
            "-L", image.Root, image.Root + Container.Program, "serve", "--data", Path.Combine(folder, "data"),
            "--ready-file", ready, "--Database:ConnectionString", database.ConnectionString, .. settings,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        // qemu-user does not map one page twice with different rights, as .NET does for code unless told otherwise.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        var appliance = new EmulatedAppliance(new Process { StartInfo = start }, folder, database.ConnectionString);
        appliance._process.OutputDataReceived += appliance.Keep;
        appliance._process.ErrorDataReceived += appliance.Keep;
        appliance._process.Start();
        appliance._process.BeginOutputReadLine();
        appliance._process.BeginErrorReadLine();
        try
        {
            await Poll.UntilAsync(() => appliance._process.HasExited || File.Exists(ready), StartDeadline);
            appliance.Ready = JsonElement.Parse(await File.ReadAllBytesAsync(ready));
            return appliance;
        }
        catch (Exception fault)
        {
            appliance._process.Kill();
            throw new InvalidOperationException($"The appliance did not start:\n{appliance._output}", fault);
        }
    }

    /// <summary>A verb on its data, by this machine's own build: the command line is not what is tried.</summary>
    public async Task<JsonElement> CliAsync(string[] arguments, string input = "")
    {
        var said = await Cli.RunAsync(
            [.. arguments, "--json", "--data", Path.Combine(_folder, "data"), "--Database:ConnectionString", _connection], input);
        Assert.AreEqual(0, said.ExitCode, $"{string.Join(' ', arguments)}: {said}");
        return JsonElement.Parse(said.Output);
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await Tool.RunAsync("kill", "-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var deadline = new CancellationTokenSource(StopDeadline, TimeProvider.System);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
            _output.AppendLine(line.Data);
    }
}
