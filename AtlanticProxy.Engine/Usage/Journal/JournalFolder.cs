using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Usage.Journal;

/// <summary>The folder of the segments as the disk knows it: .NET has no fsync for folders.</summary>
internal static class JournalFolder
{
    /// <summary>
    /// Waits until the disk has every name that was added to the folder or removed from it (fsync(2): syncing a file does not
    /// sync its name).
    /// </summary>
    /// <exception cref="IOException">It may not have.</exception>
    public static void Sync(string path)
    {
        int folder = Libc.Open(path, Linux.O_DIRECTORY | Linux.O_CLOEXEC);
        if (folder < 0)
            throw SocketErrors.Exception(Libc.Errno, $"opening {path}");
        int failure = Libc.FSync(folder) < 0 ? Libc.Errno : 0;
        Libc.Close(folder);
        if (failure != 0)
            throw SocketErrors.Exception(failure, $"syncing {path}");
    }
}
