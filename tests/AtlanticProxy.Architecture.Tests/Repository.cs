namespace AtlanticProxy.Architecture.Tests;

internal static class Repository
{
    public static DirectoryInfo Root { get; } = FindRoot();

    private static DirectoryInfo FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "AtlanticProxy.sln")))
                return folder;
        throw new InvalidOperationException("The checkout is not above the tests' folder.");
    }
}
