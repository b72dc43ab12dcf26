using System.CommandLine;
using AtlanticProxy.ControlPlane.DesiredState;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>apply FILE</c>: makes providers, pools, plans and customers what the document says; prints what it changed, nothing on a
/// second run.
/// </summary>
internal sealed class Apply : DatabaseVerb
{
    private readonly Argument<string> _file = new("FILE") { Description = "JSON document; - reads standard input" };

    public Apply(CommonOptions common)
        : base(common, "apply", "Make providers, pools, plans and customers what a document says; prints only what it changes") =>
            Add(_file);

    protected override async Task<int> RunAsync(Call call)
    {
        var (services, parsed, terminal, cancel) = call;
        string text = await TextFile.ReadAsync(parsed.GetRequiredValue(_file), Common.Input, cancel);
        var changes = await services.GetRequiredService<ApplyDesiredState>().ExecuteAsync(text, cancel);
        return changes.IsSuccess ? terminal.Done(changes.Value, changes.Value) : terminal.Fail(changes);
    }
}
