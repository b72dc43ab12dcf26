using System.Diagnostics;
using System.Globalization;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Packaging.Tests.Machines;

/// <summary>
/// A Debian that was booted, with systemd as its first process and a network of its own that leads nowhere: what listens there
/// has all ports to itself.
/// </summary>
public sealed class BootedDebian : IAsyncDisposable
{
    /// <summary>Of systemd: power off.</summary>
    private const string PowerOff = "SIGRTMIN+4";

    /// <summary>A boot takes five seconds on an idle machine.</summary>
    private static readonly TimeSpan BootPatience = TimeSpan.FromMinutes(2);

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Machines", "boot");

    private readonly Overlay _disk;
    private Process? _nspawn;
    private string _leader = "";
    private bool _diskIsLeft;

    private BootedDebian(Overlay disk) => _disk = disk;

    /// <summary>Boots one on a file system of its own.</summary>
    public static async Task<BootedDebian> BootAsync(Overlay disk)
    {
        var machine = new BootedDebian(disk);
        try
        {
            await machine.BootAsync();
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>A file of it, as this machine sees it.</summary>
    public string FileOf(string path) => _disk.Root + path;

    public Task CopyInAsync(string file, string path) => Commands.RunAsync("cp", file, FileOf(path));

    /// <summary>Runs a shell's line in it as root.</summary>
    public Task<ToolResult> TryAsync(string line) => Commands.TryAsync("nsenter",
        ["--target", _leader, "--all", "--", "env", "-i", "HOME=/root", "LANG=C.UTF-8", "TERM=dumb",
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "bash", "-c", line]);

    /// <summary>What the line said.</summary>
    public async Task<string> RunAsync(string line)
    {
        var result = await TryAsync(line);
        Assert.AreEqual(0, result.ExitCode, $"{line}: {result}");
        return result.Text;
    }

    /// <summary>Runs a program of this machine in the network of that one.</summary>
    public Task<ToolResult> FromOutsideAsync(string program, params string[] arguments) =>
        Commands.TryAsync("nsenter", ["--target", _leader, "--net", "--", program, .. arguments]);

    /// <summary>Pulls the plug, and boots again on the same disk.</summary>
    public async Task PullThePlugAsync()
    {
        await KillAsync("SIGKILL");
        await BootAsync();
    }

    /// <summary>Shuts down, and leaves the disk, which is then the caller's to dispose of.</summary>
    public async Task<Overlay> ShutDownAsync()
    {
        await KillAsync(PowerOff);
        _diskIsLeft = true;
        return _disk;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync("SIGKILL");
        if (!_diskIsLeft)
            await _disk.DisposeAsync();
    }

    private async Task BootAsync()
    {
        _nspawn = Process.Start(new ProcessStartInfo("bash", [Script, "start", _disk.Name, _disk.Root])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var console = new System.Text.StringBuilder();
        _nspawn.OutputDataReceived += (_, line) => console.AppendLine(line.Data);
        _nspawn.ErrorDataReceived += (_, line) => console.AppendLine(line.Data);
        _nspawn.BeginOutputReadLine();
        _nspawn.BeginErrorReadLine();
        try
        {
            await Poll.UntilAsync(async () => !_nspawn.HasExited && (_leader = await ChildOfAsync(_nspawn.Id)).Length > 0
                && (await TryAsync("systemctl is-system-running")).Text.Trim() is "running" or "degraded", BootPatience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"It did not boot: {console}");
        }
    }

    private static async Task<string> ChildOfAsync(int process)
    {
        string id = process.ToString(CultureInfo.InvariantCulture);
        string children = await File.ReadAllTextAsync($"/proc/{id}/task/{id}/children");
        return children.Trim().Split(' ')[0];
    }

    private async Task KillAsync(string signal)
    {
        if (_nspawn is not { } nspawn)
            return;
        if (_leader.Length > 0)
            await Commands.TryAsync("kill", "-s", signal, _leader);
        else
            nspawn.Kill();
        await nspawn.WaitForExitAsync();
        nspawn.Dispose();
        await Commands.RunAsync("bash", Script, "clear", _disk.Name);
        (_nspawn, _leader) = (null, "");
    }
}
