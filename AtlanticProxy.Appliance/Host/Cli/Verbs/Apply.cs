using System.CommandLine;
using AtlanticProxy.ControlPlane.DesiredState;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>apply FILE [--check]</c>: makes all that staff can set what the document says, section by section; prints what it
/// changed, nothing on a second run.
/// </summary>
internal sealed class Apply : DatabaseVerb
{
    /// <summary>What no YAML that is not JSON, too, begins with: an object, a list, a remark.</summary>
    private const string BeginningsOfJson = "{[/";

    private static readonly string[] YamlEndings = [".yaml", ".yml"];

    private readonly Argument<string> _file = new("FILE") { Description = "YAML or JSON document; - reads standard input" };
    private readonly Option<bool> _check = new("--check") { Description = "Change nothing; print what would be changed" };

    public Apply(CommonOptions common)
        : base(common, "apply", "Make what is stored what a document says; prints only what it changes") =>
            AddAll(_file, _check);

    protected override async Task<int> RunAsync(Call call)
    {
        string file = call.Value(_file);
        string text = await TextFile.ReadAsync(file, Common.Input, call.Cancel);
        bool check = call.Value(_check);
        return await call.DoneAsync(
            call.Get<ApplyDesiredState>().ExecuteAsync(new(text, IsYaml(file, text), check), call.Cancel),
            changes => new { changed = changes.Count > 0, check, changes },
            changes => changes);
    }

    /// <summary>By the file's name; where that does not tell, by how the text begins.</summary>
    private static bool IsYaml(string file, string text)
    {
        string ending = Path.GetExtension(file).ToLowerInvariant();
        if (ending == ".json" || YamlEndings.Contains(ending))
            return ending != ".json";
        return text.TrimStart() is { Length: > 0 } content && !BeginningsOfJson.Contains(content[0], StringComparison.Ordinal);
    }
}
