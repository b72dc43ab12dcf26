using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace AtlanticProxy.Host.Processes;

/// <summary>
/// Pages of assemblies that are resident because they were read once: to start, to compile a method, to show a page for the first time. They are the files' own pages,
/// never changed. One that is needed again comes from the system's page cache (a minor fault: about a microsecond for sixteen pages), and code that runs often is
/// not among them for long: it is compiled again, optimised, into memory of its own.
/// </summary>
internal sealed partial class AssemblyPages(TimeProvider time)
{
    /// <summary>How often it looks: first requests read 50 MB within seconds.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Bytes of files (and of the runtime's own, which grow little) that may be more than after the last release. A release takes some 10 ms with all that comes back.</summary>
    private const long Growth = 16_000_000;

    private const string Mappings = "/proc/self/maps", Counts = "/proc/self/statm";

    /// <summary>Code, mapped privately, and the file as it is. Nobody can write to either, so the page that comes back is the one that went.</summary>
    private const string Code = "r-xp", File = "r--s";

    /// <summary>mman.h, MADV_DONTNEED.</summary>
    private const int NotNeeded = 4;

    private HashSet<(nint Start, nint End)> _known = [];
    private long _left;

    /// <summary>Releases them whenever there have come to be many, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancel))
            if (ResidentBytesOfFiles() - _left > Growth)
                Release();
    }

    /// <summary>
    /// Lets go of the pages of all mappings that were there at the last call as well, and are of assemblies that stay until the process ends. What is mapped for a
    /// moment only is never touched: its addresses might be somebody else's by now.
    /// </summary>
    public void Release()
    {
        var lasting = AssemblyLoadContext.Default.Assemblies.Where(assembly => !assembly.IsDynamic).Select(assembly => assembly.Location).ToHashSet();
        HashSet<(nint Start, nint End)> found = [];
        foreach (string line in System.IO.File.ReadAllLines(Mappings))
            if (Parse(line) is { } mapping && lasting.Contains(mapping.Path))
                found.Add((mapping.Start, mapping.End));
        foreach (var (start, end) in found)
            if (_known.Contains((start, end)))
                _ = Advise(start, (nuint)(end - start), NotNeeded);
        (_known, _left) = (found, ResidentBytesOfFiles());
    }

    // The third field of proc_pid_statm(5): pages of files and of shared memory.
    private static long ResidentBytesOfFiles() =>
        long.Parse(System.IO.File.ReadAllText(Counts).Split(' ')[2], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    /// <summary>What a line of /proc/PID/maps (proc_pid_maps(5)) maps; null when it is not an assembly, or one's data.</summary>
    internal static (nint Start, nint End, string Path)? Parse(string line)
    {
        // 7fe33c000000-7fe33c200000 r-xp 00001000 fe:00 1234    /usr/lib/An Assembly.dll
        if (!line.EndsWith(".dll", StringComparison.Ordinal) || line.Split(' ', 6) is not [var range, Code or File, _, _, _, var path]
            || range.Split('-') is not [var start, var end])
            return null;
        return (nint.Parse(start, NumberStyles.HexNumber, CultureInfo.InvariantCulture), nint.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture), path.TrimStart());
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);
}
