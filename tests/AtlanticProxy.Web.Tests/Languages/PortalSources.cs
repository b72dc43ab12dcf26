using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AtlanticProxy.Web.Tests.Languages;

/// <summary>
/// The portal's own code, and what Razor made of its views, compiled once more so that it can be asked what it says.
/// </summary>
internal sealed class PortalSources
{
    private static readonly Lazy<PortalSources> Read = new(() => new PortalSources());

    private readonly CSharpCompilation _compilation;

    private PortalSources()
    {
        string configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/'))!);
        string[] projects = [Folder("AtlanticProxy.Web"), Folder("AtlanticProxy.Appliance/ControlPlane")];
        var options = new CSharpParseOptions(LanguageVersion.CSharp14);
        _compilation = CSharpCompilation.Create("words",
            from project in projects
            from file in Files(project, configuration)
            select CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file),
            from library in Libraries()
            select MetadataReference.CreateFromFile(library),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable));
    }

    public static PortalSources All => Read.Value;

    public IEnumerable<(SyntaxNode Root, SemanticModel Model, bool IsView)> Files() =>
        _compilation.SyntaxTrees.Select(tree => (tree.GetRoot(), _compilation.GetSemanticModel(tree), IsView(tree.FilePath)));

    /// <summary>A folder of the checkout.</summary>
    public static string Folder(string name) =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../..", name));

    /// <summary><c>Features/Team/Team.cshtml:12</c>: where it is written, also of what Razor made.</summary>
    public static string Place(SyntaxNode node)
    {
        var mapped = node.GetLocation().GetMappedLineSpan();
        return $"{mapped.Path[(mapped.Path.LastIndexOf("AtlanticProxy.", StringComparison.Ordinal) + 14)..]}:"
            + $"{mapped.StartLinePosition.Line + 1}";
    }

    private static bool IsView(string path) => path.EndsWith("_cshtml.g.cs", StringComparison.Ordinal);

    private static IEnumerable<string> Files(string project, string configuration)
    {
        string built = Path.Combine(project, "obj", configuration);
        foreach (string file in Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(project, file);
            if (!path.StartsWith("obj", StringComparison.Ordinal) && !path.StartsWith("bin", StringComparison.Ordinal)
                && !path.StartsWith("node_modules", StringComparison.Ordinal))
                yield return file;
        }
        foreach (string file in Directory.EnumerateFiles(built, "*.g.cs", SearchOption.AllDirectories))
        {
            // Of a view that is gone, what was made stays.
            if (!IsView(file) || File.Exists(ViewOf(project, file)))
                yield return file;
        }
    }

    private static string ViewOf(string project, string made)
    {
        string path = made[(made.IndexOf("RazorSourceGenerator/", StringComparison.Ordinal) + "RazorSourceGenerator/".Length)..];
        return Path.Combine(project, path.Replace("_cshtml.g.cs", ".cshtml", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Libraries() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is not ("AtlanticProxy.Web.dll" or "AtlanticProxy.ControlPlane.dll"));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
