using System.Globalization;
using AtlanticProxy.Host.Processes;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Host.Postgres;

/// <summary>
/// What an earlier appliance left behind when it was killed: a postmaster that still runs, or its pid file. The caller holds the
/// cluster's lock, so nobody else is using them.
/// </summary>
internal sealed partial class OrphanPostgres(PostgresCluster cluster, TimeProvider time, ILogger logger)
{
    /// <summary>How often a process that was told to stop is looked at.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    /// <summary>Ends every server process that still has this cluster open, gently first, and removes a stale pid file.</summary>
    /// <exception cref="StartupException">A process does not end.</exception>
    public async Task ClearAsync(TimeSpan patience, CancellationToken cancel)
    {
        foreach (int signal in (int[])[Signal.Interrupt, Signal.Quit, Signal.Kill])
        {
            var left = Find();
            if (left.Count == 0)
                break;
            LogStopping(logger, string.Join(", ", left));
            // Backends end with their postmaster; one without a postmaster is told itself.
            int postmaster = ReadPid();
            foreach (int pid in left.Contains(postmaster) && signal == Signal.Interrupt ? [postmaster] : left)
                Signal.Send(pid, signal);
            await WaitUntilGoneAsync(patience, cancel);
        }
        if (Find() is { Count: > 0 } stubborn)
            throw new StartupException(
                $"PostgreSQL processes of an earlier run do not end ({string.Join(", ", stubborn)}): kill -9 them and start "
                    + $"again.");
        if (File.Exists(cluster.PidFile))
        {
            // The process it names is gone, or is another program by now; PostgreSQL itself would refuse to start in the latter
            // case.
            LogStalePidFile(logger, cluster.PidFile);
            File.Delete(cluster.PidFile);
        }
    }

    private async Task WaitUntilGoneAsync(TimeSpan patience, CancellationToken cancel)
    {
        long began = time.GetTimestamp();
        while (Find().Count > 0 && time.GetElapsedTime(began) < patience)
            await Task.Delay(Glance, time, cancel);
    }

    /// <summary>0 when there is none: the postmaster removes its file as it ends, which it may do at any moment.</summary>
    private int ReadPid()
    {
        try
        {
            return int.TryParse(File.ReadLines(cluster.PidFile).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture,
                out int pid) ? pid : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>
    /// Server processes whose working directory is this cluster (each changes into it), told by its unique identifier.
    /// </summary>
    private List<int> Find()
    {
        var found = new List<int>();
        if (ReadIdentity(cluster.Directory) is not { } identity)
            return found;
        foreach (string process in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && IsPostgres(process) && ReadIdentity(Path.Combine(process, "cwd")) is { } its
                && its.AsSpan().SequenceEqual(identity))
                found.Add(pid);
        return found;
    }

    private static bool IsPostgres(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim() == "postgres";
        }
        catch (IOException)
        {
            return false; // It ended meanwhile.
        }
    }

    /// <summary>The 8-byte system identifier that initdb wrote at the head of pg_control: unique to a cluster.</summary>
    private static byte[]? ReadIdentity(string directory)
    {
        try
        {
            using var control = File.OpenRead(Path.Combine(directory, "global", "pg_control"));
            byte[] identity = new byte[8];
            control.ReadExactly(identity);
            return identity;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null; // Another user's process, or one that ended.
        }
    }

    [LoggerMessage(4010, LogLevel.Warning, "Stopping PostgreSQL left over from an earlier run (process {Pids})")]
    private static partial void LogStopping(ILogger logger, string pids);

    [LoggerMessage(4011, LogLevel.Information, "Removing stale {PidFile}")]
    private static partial void LogStalePidFile(ILogger logger, string pidFile);
}
