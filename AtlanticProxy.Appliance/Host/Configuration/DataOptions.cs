namespace AtlanticProxy.Host.Configuration;

/// <summary>Where the appliance keeps its files: section <c>Data</c>.</summary>
public sealed class DataOptions
{
    /// <summary>
    /// Holds the embedded database, keys, logs and <c>appliance.json</c>. The package's place for state, by the file system
    /// hierarchy standard.
    /// </summary>
    public string Directory { get; set; } = "/var/lib/atlanticproxy";

    /// <summary>
    /// The key that secrets in the database are sealed with: 64 hex digits, readable by its owner only. Empty for
    /// <c>secret.key</c> in <see cref="Directory"/>, which is made on the first start; one that is named here must be there.
    /// </summary>
    public string KeyFile { get; set; } = "";

    public IEnumerable<string> Validate()
    {
        if (KeyFile.Length > 0 && !File.Exists(KeyFile))
            yield return $"Data:KeyFile: there is no file '{KeyFile}'.";
        if (!Path.IsPathFullyQualified(Directory))
            yield return $"Data:Directory: '{Directory}' is not an absolute path.";
    }
}
