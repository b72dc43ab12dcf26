using System.Globalization;

namespace AtlanticProxy.Benchmarks.Endurance;

/// <summary>What a process has in memory, bytes, as /proc/PID/status shows it (proc_pid_status(5)).</summary>
/// <param name="Resident">VmRSS: the three that follow.</param>
/// <param name="Anonymous">RssAnon: the managed heap, malloc, stacks, and pages of files that were written to.</param>
/// <param name="File">RssFile: pages of assemblies and libraries, shared with other processes; the kernel may take them.</param>
/// <param name="Shared">RssShmem: compiled code and the runtime's own structures, which are in a memory file.</param>
/// <param name="Peak">VmHWM: most of <paramref name="Resident"/> since the last <see cref="ForgetPeak"/>.</param>
internal readonly record struct ResidentMemory(long Resident, long Anonymous, long File, long Shared, long Peak)
{
    private const long BytesPerKilobyte = 1024;

    /// <summary>What /proc/PID/clear_refs takes to set the peak to what is resident now.</summary>
    private const string PeakReset = "5";

    public static ResidentMemory Of(int pid)
    {
        var fields = new Dictionary<string, long>();
        foreach (string line in System.IO.File.ReadLines($"/proc/{pid}/status"))
            if (line.EndsWith(" kB", StringComparison.Ordinal) && line.Split(':', 2) is [var name, var value])
                fields[name] = BytesPerKilobyte
                    * long.Parse(value.AsSpan(0, value.Length - " kB".Length), CultureInfo.InvariantCulture);
        return new(fields["VmRSS"], fields["RssAnon"], fields["RssFile"], fields["RssShmem"], fields["VmHWM"]);
    }

    public static void ForgetPeak(int pid) => System.IO.File.WriteAllText($"/proc/{pid}/clear_refs", PeakReset);
}
