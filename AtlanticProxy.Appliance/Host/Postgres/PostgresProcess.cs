using System.Diagnostics;
using AtlanticProxy.Host.Processes;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Host.Postgres;

/// <summary>One run of the postmaster. Owns the process and passes its log lines on.</summary>
internal sealed partial class PostgresProcess
{
    private readonly Process _process;
    private readonly ILogger _logger;
    private volatile bool _stopping;
    private string _lastFailure = "", _lastLine = "";

    private PostgresProcess(Process process, ILogger logger)
    {
        _process = process;
        _logger = logger;
        process.StandardInput.Close();
        process.ErrorDataReceived += (_, line) => Pass(line.Data);
        process.OutputDataReceived += (_, line) => Pass(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        Exited = process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>The command's every step replaces itself by exec, so this is the postmaster's own id.</summary>
    public int Id => _process.Id;

    /// <summary>Completes when the postmaster has ended.</summary>
    public Task Exited { get; }

    /// <summary>Why it ended, as far as it said.</summary>
    public string LastWords => _lastFailure.Length > 0 ? _lastFailure : _lastLine.Length > 0 ? _lastLine : "it said nothing";

    public static PostgresProcess Start(IReadOnlyList<string> command, ILogger logger) =>
        new(Process.Start(Tool.StartOf(command))!, logger);

    /// <summary>Fast shutdown; immediate, then kill, when that takes longer than <paramref name="patience"/>.</summary>
    public async Task StopAsync(TimeSpan patience, TimeProvider time)
    {
        _stopping = true;
        foreach (int signal in (int[])[Signal.Interrupt, Signal.Quit, Signal.Kill])
        {
            if (Exited.IsCompleted)
                break;
            Signal.Send(Id, signal);
            try
            {
                await Exited.WaitAsync(patience, time);
            }
            catch (TimeoutException)
            {
                LogSlow(_logger, patience.TotalSeconds);
            }
        }
        _process.Dispose();
    }

    private void Pass(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        _lastLine = line;
        // Told to stop, it calls each session that it ends so fatal.
        if (_stopping && line.StartsWith("FATAL:", StringComparison.Ordinal))
            LogLine(_logger, line);
        else if (line.StartsWith("FATAL:", StringComparison.Ordinal) || line.StartsWith("PANIC:", StringComparison.Ordinal))
        {
            _lastFailure = line;
            LogFailure(_logger, line);
        }
        else if (line.StartsWith("ERROR:", StringComparison.Ordinal) || line.StartsWith("WARNING:", StringComparison.Ordinal))
            LogWarning(_logger, line);
        else
            LogLine(_logger, line);
    }

    [LoggerMessage(4020, LogLevel.Debug, "postgres: {Line}")]
    private static partial void LogLine(ILogger logger, string line);

    [LoggerMessage(4021, LogLevel.Warning, "postgres: {Line}")]
    private static partial void LogWarning(ILogger logger, string line);

    [LoggerMessage(4022, LogLevel.Error, "postgres: {Line}")]
    private static partial void LogFailure(ILogger logger, string line);

    [LoggerMessage(4023, LogLevel.Warning, "PostgreSQL has not stopped after {Seconds} s; insisting")]
    private static partial void LogSlow(ILogger logger, double seconds);
}
