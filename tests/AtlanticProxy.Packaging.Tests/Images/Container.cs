using AtlanticProxy.Packaging.Tests.Machines;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Packaging.Tests.Images;

/// <summary>
/// A container of the image, without an engine: <c>container.sh</c> does what one does. Its command, variables, user and volume
/// are those of the image's configuration. Needs root.
/// </summary>
public sealed class Container : IAsyncDisposable
{
    /// <summary>Where the image's data lies, and what its process is.</summary>
    public const string DataDirectory = "/var/lib/atlanticproxy", Program = "/usr/lib/atlanticproxy/atlanticproxy";

    /// <summary>A first start makes the database; two loaded cores take far less for it.</summary>
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(90), StopDeadline = TimeSpan.FromSeconds(60);

    private readonly Image _image;
    private readonly Process _process;
    private readonly string[] _variables;
    private readonly StringBuilder _output = new();

    private Container(Image image, Process process, string[] variables) =>
        (_image, _process, _variables) = (image, process, variables);

    /// <summary>Of its process 1, as this machine numbers it.</summary>
    public int ProcessId { get; private set; }

    /// <param name="volume">A folder; the image's user owns it.</param>
    /// <param name="variables">Besides the image's own: <c>NAME=value</c>.</param>
    public static async Task<Container> StartAsync(Image image, string volume, params string[] variables)
    {
        Privileged.ToMakeMachines();
        string user = image.Config.GetProperty("User").GetString()!;
        string[] all = [.. image.Texts("Env"), .. variables];
        string at = image.Config.GetProperty("Volumes").EnumerateObject().Single().Name;
        string script = Path.Combine(Checkout.Root, "tests", "AtlanticProxy.Packaging.Tests", "Images", "container.sh");
        var start = new ProcessStartInfo("unshare",
        [
            "--mount", "--pid", "--fork", "--kill-child", "--net", "--ipc", "--uts", "sh", script, image.Root, volume, at, user,
            "/usr/bin/env", "-i", .. all, .. image.Texts("Entrypoint"), .. image.Texts("Cmd"),
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        var container = new Container(image, new Process { StartInfo = start }, all);
        container._process.OutputDataReceived += container.Keep;
        container._process.ErrorDataReceived += container.Keep;
        container._process.Start();
        container._process.BeginOutputReadLine();
        container._process.BeginErrorReadLine();
        try
        {
            await Poll.UntilAsync(container.HasBegun, StartDeadline);
            await Poll.UntilAsync(async () => (await container.CheckHealthAsync()).ExitCode == 0, StartDeadline);
        }
        catch (Exception fault)
        {
            await container.DisposeAsync();
            throw new InvalidOperationException($"The container did not start:\n{container._output}", fault);
        }
        return container;
    }

    /// <summary>The image's health check, run as an engine runs it.</summary>
    public Task<ToolResult> CheckHealthAsync()
    {
        string[] check = [.. _image.Config.GetProperty("Healthcheck").GetProperty("Test").EnumerateArray()
            .Select(text => text.GetString()!)];
        Assert.AreEqual("CMD", check[0]);
        return ExecuteAsync(check[1..]);
    }

    /// <summary>A program inside, as its user: what <c>docker exec</c> does.</summary>
    public Task<ToolResult> ExecuteAsync(string[] command, string input = "") =>
        Tool.RunAsync("nsenter", Entering(command), Encoding.UTF8.GetBytes(input));

    /// <summary>A program inside that goes on until the container ends.</summary>
    public Process Begin(string[] command, string input)
    {
        var process = Process.Start(new ProcessStartInfo("nsenter", Entering(command))
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.StandardInput.WriteLine(input);
        process.StandardInput.Close();
        return process;
    }

    /// <summary>A verb of the appliance inside; its JSON.</summary>
    public async Task<JsonElement> CliAsync(string[] arguments, string input = "")
    {
        var said = await ExecuteAsync(["/usr/bin/atlanticproxy", .. arguments, "--json"], input);
        Assert.AreEqual(0, said.ExitCode, $"{string.Join(' ', arguments)}: {said}");
        return JsonElement.Parse(said.Text);
    }

    /// <summary>curl of this machine in the container's network.</summary>
    public Task<ToolResult> CurlAsync(params string[] arguments) =>
        Tool.RunAsync("nsenter", ["--target", Text(ProcessId), "--net", "curl", "-q", "-sS", .. arguments], input: null);

    /// <summary>kill -9 of its process 1, with which the kernel ends all others.</summary>
    public async Task KillAsync()
    {
        await SignalAsync("KILL");
        await ExitAsync();
    }

    /// <summary>SIGTERM to its process 1, as engines stop one; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        return await ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(); // unshare takes the container with it
        await ExitAsync();
        _process.Dispose();
    }

    /// <summary>
    /// Whether the script has become the program. Until then its root is this machine's, where nothing may be run by mistake.
    /// </summary>
    private bool HasBegun()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"It ended with {_process.ExitCode}.");
        string children = File.ReadAllText($"/proc/{Text(_process.Id)}/task/{Text(_process.Id)}/children").Trim();
        if (!int.TryParse(children, NumberStyles.None, CultureInfo.InvariantCulture, out int first))
            return false;
        ProcessId = first;
        return File.ResolveLinkTarget($"/proc/{Text(first)}/exe", returnFinalTarget: false)?.FullName.EndsWith(
            Program, StringComparison.Ordinal) == true;
    }

    private string[] Entering(string[] command)
    {
        string[] user = _image.Config.GetProperty("User").GetString()!.Split(':');
        return ["--target", Text(ProcessId), "--mount", "--pid", "--net", "--ipc", "--uts", "--root", "--wd",
            "--setuid", user[0], "--setgid", user[1], "/usr/bin/env", "-i", .. _variables, .. command];
    }

    private async Task SignalAsync(string signal) =>
        Assert.AreEqual(0, (await Tool.RunAsync("kill", $"-{signal}", Text(ProcessId))).ExitCode);

    private async Task<int> ExitAsync()
    {
        using var deadline = new CancellationTokenSource(StopDeadline, TimeProvider.System);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
            _output.AppendLine(line.Data);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
