using System.Globalization;

namespace AtlanticProxy.Benchmarks.Processes;

/// <summary>A process with all of its descendants, as /proc shows them (proc_pid_stat(5)).</summary>
internal static class ProcessTree
{
    /// <summary>USER_HZ: the unit of times in /proc/PID/stat, 100 on every Linux port that .NET has.</summary>
    private const double TicksPerSecond = 100;

    private const long BytesPerKilobyte = 1024;

    /// <summary>CPU seconds of the tree so far, user and system, with children that have ended and were waited for.</summary>
    public static double CpuSeconds(int root)
    {
        long ticks = 0;
        foreach (var process in Of(root))
            ticks += process.CpuTicks;
        return ticks / TicksPerSecond;
    }

    /// <summary>Resident bytes of the root process alone (VmRSS).</summary>
    public static long ResidentBytes(int pid) => Field($"/proc/{pid}/status", "VmRSS:");

    /// <summary>Bytes of the whole tree, pages shared between its processes counted once (PSS).</summary>
    public static long ProportionalBytes(int root) => Of(root).Sum(process => Field($"/proc/{process.Pid}/smaps_rollup", "Pss:"));

    private static List<Entry> Of(int root)
    {
        var children = new Dictionary<int, List<Entry>>();
        var tree = new List<Entry>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                || Read(pid) is not { } entry)
                continue;
            if (pid == root)
                tree.Add(entry);
            if (!children.TryGetValue(entry.Parent, out var siblings))
                children.Add(entry.Parent, siblings = []);
            siblings.Add(entry);
        }
        for (int i = 0; i < tree.Count; i++)
            if (children.TryGetValue(tree[i].Pid, out var next))
                tree.AddRange(next);
        return tree;
    }

    private static Entry? Read(int pid)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (IOException)
        {
            return null; // it has ended since the directory was listed
        }
        // The name is in parentheses and may have spaces; fields are counted from behind it: 3 is the state.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        long Number(int field) => long.Parse(fields[field - 3], CultureInfo.InvariantCulture);
        return new Entry(pid, (int)Number(4), Number(14) + Number(15) + Number(16) + Number(17));
    }

    private static long Field(string file, string name)
    {
        try
        {
            foreach (string line in File.ReadLines(file))
                if (line.StartsWith(name, StringComparison.Ordinal))
                    return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(),
                        CultureInfo.InvariantCulture) * BytesPerKilobyte;
        }
        catch (IOException)
        {
            // It has ended: it holds nothing.
        }
        return 0;
    }

    private readonly record struct Entry(int Pid, int Parent, long CpuTicks);
}
