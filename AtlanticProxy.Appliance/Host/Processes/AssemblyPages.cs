using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace AtlanticProxy.Host.Processes;

/// <summary>
/// Pages of assemblies that are resident because they were read once: to start, to compile a method, to show a page for the
/// first time. They are the files' own pages, never changed. A page that is needed again comes from the system's page cache
/// (a minor fault, about a microsecond for sixteen pages). Code that runs often does not stay among them: .NET compiles it
/// again, optimised, into memory of its own.
/// </summary>
internal sealed partial class AssemblyPages(TimeProvider time)
{
    /// <summary>How often it looks: first requests read 50 MB within seconds.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Bytes of files (and of the runtime's own, which grow little) above what the last release left. A release takes 4 to 10 ms,
    /// with all that comes back.
    /// </summary>
    private const long Growth = 4_000_000;

    private const string Mappings = "/proc/self/maps", Details = "/proc/self/smaps", Counts = "/proc/self/statm";

    /// <summary>Code, mapped privately, and the file as it is: both read only.</summary>
    private const string Code = "r-xp", File = "r--s";

    /// <summary>Of proc_pid_smaps(5): pages that are no longer the file's.</summary>
    private const string Changed = "Anonymous:", Nothing = "0 kB";

    /// <summary>mman.h, MADV_DONTNEED.</summary>
    private const int NotNeeded = 4;

    private readonly Dictionary<Range, bool> _isUnchanged = [];
    private HashSet<Range> _known = [];
    private long _left;

    /// <summary>Addresses from <paramref name="Start"/> up to <paramref name="End"/>.</summary>
    internal readonly record struct Range(nint Start, nint End);

    /// <summary>Releases them whenever there have come to be many, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancel))
            if (ResidentBytesOfFiles() - _left > Growth)
                Release();
    }

    /// <summary>
    /// Releases the pages of each mapping that was there at the last call as well, is of an assembly that stays until the
    /// process ends, and has no page that was changed in loading. Short-lived mappings are never touched: their addresses
    /// may belong to something else by now.
    /// </summary>
    public void Release()
    {
        var found = OfLastingAssemblies();
        if (found.Any(mapping => _known.Contains(mapping) && !_isUnchanged.ContainsKey(mapping)))
            Examine();
        foreach (var mapping in found)
            if (_known.Contains(mapping) && _isUnchanged.GetValueOrDefault(mapping))
                _ = Advise(mapping.Start, (nuint)(mapping.End - mapping.Start), NotNeeded);
        (_known, _left) = (found, ResidentBytesOfFiles());
    }

    /// <summary>
    /// What a line of /proc/PID/maps (proc_pid_maps(5)) maps; null unless that is an assembly's code or file, read only.
    /// </summary>
    internal static (Range Range, string Path)? Parse(string line)
    {
        // 7fe33c000000-7fe33c200000 r-xp 00001000 fe:00 1234    /usr/lib/An Assembly.dll
        if (!line.EndsWith(".dll", StringComparison.Ordinal)
            || line.Split(' ', 6) is not [var range, Code or File, _, _, _, var path]
            || range.Split('-') is not [var start, var end])
            return null;
        return (new(Address(start), Address(end)), path.TrimStart());
    }

    private static nint Address(string text) => nint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static HashSet<Range> OfLastingAssemblies()
    {
        var lasting = AssemblyLoadContext.Default.Assemblies
            .Where(assembly => !assembly.IsDynamic).Select(assembly => assembly.Location).ToHashSet();
        return [.. from line in System.IO.File.ReadAllLines(Mappings)
                   let mapping = Parse(line)
                   where mapping is { Path: var path } && lasting.Contains(path)
                   select mapping.Value.Range];
    }

    // This takes some milliseconds, so it is done once for each mapping, at the second look: by then its assembly is loaded.
    private void Examine()
    {
        Range? of = null;
        foreach (string line in System.IO.File.ReadLines(Details))
        {
            if (line.Contains('-', StringComparison.Ordinal))
                of = Parse(line)?.Range;
            else if (of is { } mapping && _known.Contains(mapping) && line.StartsWith(Changed, StringComparison.Ordinal))
                _isUnchanged.TryAdd(mapping, line.AsSpan(Changed.Length).Trim() is Nothing);
        }
    }

    // The third field of proc_pid_statm(5): pages of files and of shared memory.
    private static long ResidentBytesOfFiles() =>
        long.Parse(System.IO.File.ReadAllText(Counts).Split(' ')[2], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);
}
