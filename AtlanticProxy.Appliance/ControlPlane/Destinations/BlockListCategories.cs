namespace AtlanticProxy.ControlPlane.Destinations;

/// <summary>The categories that block lists have, or will once they are fetched.</summary>
/// <param name="folder">Holds a folder for each category; empty when there is none.</param>
/// <param name="configured">Categories of the lists that the settings name.</param>
public sealed class BlockListCategories(string folder, IEnumerable<string> configured)
{
    /// <summary>Where a new one can be put; empty when the settings name no place.</summary>
    public string Folder => folder;

    /// <summary>All that a rule can name, in order. Reads the folder anew.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise, for lack of permission.</exception>
    public IReadOnlyList<string> Known()
    {
        var found = folder.Length > 0 && Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path))
            : [];
        return [.. found.Concat(configured).Where(DestinationPattern.IsCategory).Distinct().Order(StringComparer.Ordinal)];
    }
}
