namespace AtlanticProxy.Host.Postgres;

/// <summary>
/// Says that somebody runs the server on a cluster: flock(2) on a file beside it, which the kernel gives back however its holder
/// ends. Who only looks takes it shared, for an instant.
/// </summary>
internal static class ClusterLock
{
    /// <summary>Far beyond the instant for which <see cref="IsHeld"/> of another process keeps the lock from us.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(25);

    /// <summary>EWOULDBLOCK, errno(3): somebody holds a lock that excludes ours.</summary>
    private const int Held = 11;

    /// <param name="directory">The cluster's.</param>
    public static string FileOf(string directory) => directory + ".lock";

    /// <exception cref="InUseException">Somebody has it.</exception>
    /// <exception cref="StartupException">The file cannot be written.</exception>
    public static async Task<FileStream> TakeAsync(PostgresCluster cluster, TimeProvider time, CancellationToken cancel)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            try
            {
                // LOCK_EX
                return new FileStream(FileOf(cluster.Directory), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException held) when (held.HResult == Held)
            {
                if (time.GetElapsedTime(began) > Patience)
                    throw InUse(cluster.Directory, held);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new StartupException(PostgresCluster.Unwritable(cluster.Parent, fault.Message.TrimEnd('.')), fault);
            }
            await Task.Delay(Glance, time, cancel);
        }
    }

    /// <summary>Before anything is touched there: that nobody runs the server on <paramref name="directory"/>.</summary>
    /// <exception cref="InUseException">Somebody does.</exception>
    public static async Task RequireFreeAsync(string directory, TimeProvider time, CancellationToken cancel)
    {
        long began = time.GetTimestamp();
        while (IsHeld(directory))
        {
            if (time.GetElapsedTime(began) > Patience)
                throw InUse(directory);
            await Task.Delay(Glance, time, cancel);
        }
    }

    public static bool IsHeld(string directory)
    {
        try
        {
            // LOCK_SH: any number may look at once, and one that is about to start waits for the instant that it takes.
            new FileStream(FileOf(directory), FileMode.Open, FileAccess.Read, FileShare.ReadWrite).Dispose();
            return false;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException held) when (held.HResult == Held)
        {
            return true;
        }
    }

    private static InUseException InUse(string directory, Exception? held = null) =>
        new($"Another AtlanticProxy is running on {directory}: stop it first, or use another data directory.", held);
}
