using System.Diagnostics;

namespace AtlanticProxy.Testing.Network;

/// <summary>What a program that ran to its end said.</summary>
public sealed record ToolResult(int ExitCode, byte[] Output, string Errors)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Output);

    public override string ToString() => $"exit {ExitCode}\n{Text}\n{Errors}";
}

/// <summary>Runs a real client (curl, python3, node, ncat) as a user would.</summary>
public static class Tool
{
    // A client that hangs fails its test rather than the whole run.
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(2);

    public static Task<ToolResult> RunAsync(string program, params string[] arguments) =>
        RunAsync(program, arguments, input: null);

    /// <param name="program">Name on PATH, or path.</param>
    /// <param name="arguments">Passed as they are, without a shell.</param>
    /// <param name="input">Written to its standard input, which is then closed.</param>
    /// <param name="environment">Added to (or, null, removed from) the environment.</param>
    /// <param name="patience">Null for two minutes.</param>
    public static async Task<ToolResult> RunAsync(
        string program, IEnumerable<string> arguments, byte[]? input, IReadOnlyDictionary<string, string?>? environment = null,
        TimeSpan? patience = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(patience ?? s_deadline, TimeProvider.System);
        using var output = new MemoryStream();
        try
        {
            var copying = process.StandardOutput.BaseStream.CopyToAsync(output, deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            if (input is not null)
                await process.StandardInput.BaseStream.WriteAsync(input, deadline.Token);
            process.StandardInput.Close();
            await copying;
            await process.WaitForExitAsync(deadline.Token);
            return new ToolResult(process.ExitCode, output.ToArray(), await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"{program} {string.Join(' ', start.ArgumentList)} did not end within {patience ?? s_deadline}.");
        }
    }

    /// <summary>curl, silent, without the environment's proxy settings and configuration file.</summary>
    public static Task<ToolResult> CurlAsync(params string[] arguments) =>
        RunAsync("curl", ["-q", "-sS", "--noproxy", "", .. arguments], input: null);
}
