using System.Globalization;
using System.Text.RegularExpressions;
using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Postgres;

/// <summary>A PostgreSQL server installation.</summary>
/// <param name="Folder">Where <c>initdb</c> and <c>postgres</c> are.</param>
/// <param name="Major">Major version, 15 for instance.</param>
internal sealed partial record PostgresBinaries(string Folder, int Major)
{
    /// <summary>Where Debian puts server binaries, one folder a major version; they are not on its PATH.</summary>
    private const string DebianRoot = "/usr/lib/postgresql";

    public string Initdb => Path.Combine(Folder, "initdb");
    public string Postgres => Path.Combine(Folder, "postgres");

    /// <summary>The installation for a cluster of <paramref name="clusterMajor"/>, or the newest for a new one (null).</summary>
    /// <exception cref="StartupException">None is installed, or none of that major version.</exception>
    public static async Task<PostgresBinaries> FindAsync(
        string directory, int? clusterMajor, CancellationToken cancel, string root = DebianRoot, string? path = null)
    {
        var found = new List<PostgresBinaries>();
        if (System.IO.Directory.Exists(root))
            foreach (string version in System.IO.Directory.EnumerateDirectories(root))
                if (int.TryParse(Path.GetFileName(version), NumberStyles.None, CultureInfo.InvariantCulture, out int major))
                    Add(new(Path.Combine(version, "bin"), major));

        foreach (string folder in (path ?? Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries))
            if (File.Exists(Path.Combine(folder, "postgres")) && await MajorOfAsync(folder, cancel) is { } major)
                Add(new(folder, major));

        if (found.Count == 0)
            throw new StartupException("No PostgreSQL server is installed: apt-get install postgresql");
        if (clusterMajor is null)
            return found.MaxBy(binaries => binaries.Major)!;
        return found.Find(binaries => binaries.Major == clusterMajor) ?? throw new StartupException(
            $"The database in {directory} is of PostgreSQL {clusterMajor}, but this machine has "
                + $"{string.Join(", ", found.Select(b => b.Major).Distinct())}: "
            + $"apt-get install postgresql-{clusterMajor}, or use another data directory.");

        void Add(PostgresBinaries binaries)
        {
            if (File.Exists(binaries.Postgres) && File.Exists(binaries.Initdb))
                found.Add(binaries);
        }
    }

    private static async Task<int?> MajorOfAsync(string folder, CancellationToken cancel)
    {
        var version = await Tool.RunAsync([Path.Combine(folder, "postgres"), "--version"], cancel);
        var match = FirstNumber().Match(version.Output);
        return match.Success ? int.Parse(match.Value, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex FirstNumber();
}
