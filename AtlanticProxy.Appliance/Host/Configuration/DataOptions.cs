namespace AtlanticProxy.Host.Configuration;

/// <summary>Where the appliance keeps its files: section <c>Data</c>.</summary>
public sealed class DataOptions
{
    /// <summary>
    /// Holds the embedded database, keys, logs and <c>appliance.json</c>. The package's place for state, by the file system
    /// hierarchy standard.
    /// </summary>
    public string Directory { get; set; } = "/var/lib/atlanticproxy";

    public IEnumerable<string> Validate()
    {
        if (!Path.IsPathFullyQualified(Directory))
            yield return $"Data:Directory: '{Directory}' is not an absolute path.";
    }
}
