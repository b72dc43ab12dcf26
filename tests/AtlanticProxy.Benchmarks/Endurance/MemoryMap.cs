using System.Globalization;

namespace AtlanticProxy.Benchmarks.Endurance;

/// <summary>Resident bytes of a process by what they are of, as /proc/PID/smaps shows them (proc_pid_smaps(5)).</summary>
internal static class MemoryMap
{
    private const long BytesPerKilobyte = 1024;

    /// <summary>The largest first.</summary>
    public static IReadOnlyList<(string Kind, long Bytes)> Of(int pid)
    {
        var kinds = new Dictionary<string, long>();
        string kind = "";
        foreach (string line in File.ReadLines($"/proc/{pid}/smaps"))
        {
            string[] words = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words[0] == "Rss:")
                kinds[kind] = kinds.GetValueOrDefault(kind)
                    + long.Parse(words[1], CultureInfo.InvariantCulture) * BytesPerKilobyte;
            else if (!words[0].EndsWith(':'))
                kind = KindOf(words.Length > 5 ? words[5] : "");
        }
        return [.. kinds.Where(pair => pair.Value > 0).OrderByDescending(pair => pair.Value)
            .Select(pair => (pair.Key, pair.Value))];
    }

    private static string KindOf(string path) => path switch
    {
        "" => "anonymous: managed heap, malloc arenas, stacks",
        "[heap]" => "malloc, main arena",
        "[stack]" => "main stack",
        _ when path.StartsWith("/memfd:doublemapper", StringComparison.Ordinal) => "compiled code and the runtime's structures",
        _ when path.StartsWith("/memfd:", StringComparison.Ordinal) => "other memory files",
        _ when Path.GetFileName(path) is var file && file.EndsWith(".dll", StringComparison.Ordinal) => AssemblyKind(path, file),
        _ when path.Contains(".so", StringComparison.Ordinal) => "native libraries",
        _ => "other files",
    };

    private static string AssemblyKind(string path, string file) => path switch
    {
        _ when file.Contains("EntityFrameworkCore", StringComparison.Ordinal) => "assemblies: object mapper",
        _ when file.StartsWith("linq2db", StringComparison.Ordinal) => "assemblies: object mapper",
        _ when path.Contains("/Microsoft.NETCore.App/", StringComparison.Ordinal) => "assemblies: .NET",
        _ when path.Contains("/Microsoft.AspNetCore.App/", StringComparison.Ordinal) => "assemblies: ASP.NET Core",
        _ when file.StartsWith("AtlanticProxy", StringComparison.OrdinalIgnoreCase) => "assemblies: our own",
        _ => "assemblies: other libraries",
    };
}
