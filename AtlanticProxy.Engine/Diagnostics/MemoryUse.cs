using System.Globalization;

namespace AtlanticProxy.Engine.Diagnostics;

/// <summary>
/// How much of the memory that this process can have is used: the machine's (<c>/proc/meminfo</c>), or that of its control groups
/// where they have limits.
/// </summary>
internal sealed class MemoryUse
{
    private readonly List<(string Limit, string Current, string Statistics, string Reclaimable)> _groups = [];

    /// <param name="root">Before <c>/proc</c> and <c>/sys</c>: empty, but for tests.</param>
    public MemoryUse(string root = "")
    {
        Meminfo = $"{root}/proc/meminfo";
        // Version 2: "0::/path"; each group on the way up may have a limit of its own. Version 1: "9:memory:/path".
        foreach (string line in Lines($"{root}/proc/self/cgroup"))
        {
            string[] parts = line.Split(':', 3);
            if (parts is ["0", "", var unified])
                AddGroups($"{root}/sys/fs/cgroup", unified, "memory.max", "memory.current", "inactive_file ");
            else if (parts is [_, "memory", var path])
                AddGroups($"{root}/sys/fs/cgroup/memory", path, "memory.limit_in_bytes", "memory.usage_in_bytes",
                    "total_inactive_file ");
        }
    }

    private string Meminfo { get; }

    /// <summary>
    /// Share in use, 0 to 1, of whichever is nearest to its end; null when nothing can be read. What the kernel can take back
    /// (file cache) is not in use.
    /// </summary>
    public double? Read()
    {
        double? used = null;
        if (Value(Meminfo, "MemTotal:") is { } total and > 0 && Value(Meminfo, "MemAvailable:") is { } available)
            used = 1 - (double)available / total;
        foreach (var group in _groups)
            if (Value(group.Limit, "") is { } limit and > 0 && Value(group.Current, "") is { } current)
                used = Math.Max(used ?? 0, (double)(current - (Value(group.Statistics, group.Reclaimable) ?? 0)) / limit);
        return used;
    }

    private void AddGroups(string mount, string path, string limit, string current, string reclaimable)
    {
        while (true)
        {
            string folder = mount + path.TrimEnd('/');
            if (File.Exists($"{folder}/{limit}"))
                _groups.Add(($"{folder}/{limit}", $"{folder}/{current}", $"{folder}/memory.stat", reclaimable));
            int parent = path.LastIndexOf('/');
            if (parent < 0 || path.Length <= 1)
                return;
            path = path[..Math.Max(parent, 1)];
        }
    }

    // The number behind a label at the start of a line; "max" and the like are none.
    private static long? Value(string file, string label)
    {
        foreach (string line in Lines(file))
            if (line.StartsWith(label, StringComparison.Ordinal))
                return long.TryParse(line.AsSpan(label.Length).Trim().TrimEnd("kB").Trim(), NumberStyles.None,
                    CultureInfo.InvariantCulture, out long value) ? value : null;
        return null;
    }

    private static IEnumerable<string> Lines(string file)
    {
        try
        {
            return File.ReadLines(file);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
