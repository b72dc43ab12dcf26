using System.Collections.Frozen;

namespace AtlanticProxy.Engine.Admission.Rules;

/// <summary>What was read of one category.</summary>
/// <param name="Category">Its folder's name.</param>
/// <param name="Names">Distinct names; one of a list that has exceptions counts for that list.</param>
/// <param name="SkippedLines">Lines that were not understood.</param>
/// <param name="Bytes">Memory that the names take.</param>
public sealed record BlockListReport(string Category, int Names, int SkippedLines, long Bytes);

/// <summary>
/// The names of every category, from a folder: <c>FOLDER/CATEGORY/any-file</c>. Immutable; a refresh reads a new one and swaps it
/// in.
/// </summary>
public sealed class BlockListCatalogue
{
    public static readonly BlockListCatalogue Empty = new([]);

    private readonly FrozenDictionary<string, BlockListCategory> _categories;

    private BlockListCatalogue(List<(BlockListReport Report, BlockListCategory Names)> categories)
    {
        _categories = categories.ToFrozenDictionary(category => category.Report.Category, category => category.Names);
        Reports = [.. categories.Select(category => category.Report)];
    }

    public IReadOnlyList<BlockListReport> Reports { get; }

    /// <summary>Reads all files of all categories. Slow work: not on a loop.</summary>
    /// <exception cref="IOException">The folder or a file in it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise, for lack of permission.</exception>
    public static BlockListCatalogue Load(string folder, CancellationToken cancellation = default)
    {
        var categories = new List<(BlockListReport, BlockListCategory)>();
        if (!Directory.Exists(folder))
            return Empty; // nothing was fetched yet
        foreach (string path in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            var builder = new BlockListCategory.Builder();
            int skipped = 0;
            foreach (string file in Directory.EnumerateFiles(path).Order(StringComparer.Ordinal))
            {
                cancellation.ThrowIfCancellationRequested();
                using var reader = new StreamReader(file);
                var list = new BlockList();
                skipped += BlockListParser.Read(reader, list);
                builder.Add(list);
            }
            var names = builder.Build();
            categories.Add((new BlockListReport(Path.GetFileName(path), names.Count, skipped, names.Bytes), names));
        }
        return new BlockListCatalogue(categories);
    }

    /// <summary>Distinct names that one file blocks. Slow work, as <see cref="Load"/>.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static int CountNames(string file)
    {
        var (list, builder) = (new BlockList(), new BlockListCategory.Builder());
        using var reader = new StreamReader(file);
        BlockListParser.Read(reader, list);
        builder.Add(list);
        return builder.Build().Count;
    }

    internal BlockListCategory? Find(string category) => _categories.GetValueOrDefault(category);
}
