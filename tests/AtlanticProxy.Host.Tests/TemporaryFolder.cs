namespace AtlanticProxy.Host.Tests;

/// <summary>A folder of a test's own, deleted with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>
    /// Mode 0700 and owned by us, like every folder of mktemp -d: a database server that runs as another user cannot walk there.
    /// </summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("atlantic-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
