using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>Brings what is stored to what a document says, and leaves alone what the document does not name.</summary>
public sealed class ApplyDesiredState
{
    private readonly AtlanticDb _db;
    private readonly DesiredStateSections _sections;

    private ApplyDesiredState(AtlanticDb db, DesiredStateSections sections) => (_db, _sections) = (db, sections);

    /// <param name="Text">JSON or YAML: see docs/reference.md, "The document of apply".</param>
    /// <param name="CheckOnly">Nothing is changed: the answer is what would be.</param>
    public sealed record Request(string Text, bool IsYaml = false, bool CheckOnly = false)
    {
        /// <summary>Without the document, whose secrets a stray log line could leak.</summary>
        public override string ToString() => nameof(ApplyDesiredState);
    }

    /// <summary>The sections are nobody else's: so the constructor is not public either.</summary>
    internal static ApplyDesiredState Create(IServiceProvider services) =>
        new(services.GetRequiredService<AtlanticDb>(), services.GetRequiredService<DesiredStateSections>());

    /// <summary>
    /// The value is what was changed, a line each. It stops at the first thing that is refused; what was changed before stays,
    /// and a second run goes on from there. Errors name their place in the document.
    /// </summary>
    public async Task<Result<IReadOnlyList<string>>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var json = request.IsYaml ? YamlText.ToJson(request.Text) : request.Text;
        var read = json.IsSuccess ? DesiredStateFormat.Parse(json.Value) : Result.Failure<DesiredStateDocument>(json.Errors);
        if (!read.IsSuccess)
            return Result.Failure<IReadOnlyList<string>>(read.Errors);
        if (read.Value.RequireDistinctNames() is { IsSuccess: false } repeated)
            return Result.Failure<IReadOnlyList<string>>(repeated.Errors);
        return request.CheckOnly
            ? await _db.RehearseAsync(() => _sections.ApplyAsync(read.Value, cancellation), cancellation)
            : await _sections.ApplyAsync(read.Value, cancellation);
    }
}
