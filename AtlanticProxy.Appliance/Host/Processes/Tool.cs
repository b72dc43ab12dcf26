using System.Diagnostics;

namespace AtlanticProxy.Host.Processes;

/// <summary>Runs a tool to its end and keeps what it said.</summary>
internal static class Tool
{
    /// <param name="Output">Standard output.</param>
    /// <param name="Error">Standard error.</param>
    public sealed record Ended(int ExitCode, string Output, string Error)
    {
        /// <summary>The last non-empty line of standard error: where Unix tools say why they failed.</summary>
        public string Reason =>
            Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault()
            ?? $"exit code {ExitCode}";
    }

    /// <summary>Runs <paramref name="command"/>: the program, then its arguments.</summary>
    /// <param name="environment">Added to this process's.</param>
    public static async Task<Ended> RunAsync(
        IReadOnlyList<string> command, CancellationToken cancel, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = StartOf(command);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            var error = process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            return new Ended(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public static ProcessStartInfo StartOf(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            // Not the caller's: another user may have no right to it, and it must not keep a file system busy.
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A caller's PGDATA, PGHOST or PGOPTIONS would lead PostgreSQL's programs elsewhere.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        // A server of ours would tell our service manager that it is ready in our name.
        start.Environment.Remove("NOTIFY_SOCKET");
        start.Environment["LC_ALL"] = "C";
        return start;
    }
}
