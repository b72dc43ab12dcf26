using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Transport;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Usage.Journal;

/// <summary>The folder of the segments: what an earlier run left in it, and what the disk has of its names.</summary>
internal static class JournalFolder
{
    private const string UnreadableExtension = ".unreadable";

    /// <summary>Segments that an earlier run left, the oldest first. What cannot be read of them is set aside.</summary>
    /// <param name="discarded">Bytes that could not be read.</param>
    public static List<JournalSegment> Recover(string folder, ILogger log, out long discarded)
    {
        discarded = 0;
        var segments = new List<JournalSegment>();
        foreach (string path in Directory.GetFiles(folder, "*" + JournalSegment.Extension).Order(StringComparer.Ordinal))
        {
            var segment = JournalSegment.Recover(path, out long torn);
            if (segment is not null)
                segments.Add(segment);
            else if (torn > 0)
                File.Move(path, path + UnreadableExtension, overwrite: true);
            else
                File.Delete(path);
            if (torn > 0)
                EngineLog.JournalTorn(log, Path.GetFileName(path), torn, segment?.Length ?? 0);
            discarded += torn;
        }
        if (segments.Count > 0)
            EngineLog.JournalRecovered(log, segments.Count, segments.Sum(segment => segment.Length));
        return segments;
    }

    /// <summary>
    /// Waits until the disk has every name that was added to the folder or removed from it (fsync(2): syncing a file does not
    /// sync its name, and .NET has no call for folders).
    /// </summary>
    /// <exception cref="IOException">It may not have.</exception>
    public static void Sync(string path)
    {
        int folder = Libc.Open(path, Linux.O_CLOEXEC);
        if (folder < 0)
            throw SocketErrors.Exception(Libc.Errno, $"opening {path}");
        int failure = Libc.FSync(folder) < 0 ? Libc.Errno : 0;
        Libc.Close(folder);
        if (failure != 0)
            throw SocketErrors.Exception(failure, $"syncing {path}");
    }
}
