using System.CommandLine;
using AtlanticProxy.Host.DesiredState;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>apply FILE</c>: makes providers, pools and plans what the document says; prints what it changed, nothing on a second run.
/// </summary>
internal sealed class Apply : DatabaseVerb
{
    private readonly Argument<string> _file = new("FILE") { Description = "JSON document; - reads standard input" };

    public Apply(CommonOptions common)
        : base(common, "apply", "Make providers, pools and plans what a document says; prints only what it changes") =>
        Add(_file);

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        string file = parsed.GetRequiredValue(_file);
        string text;
        try
        {
            text = file == "-" ? await Common.Input.ReadToEndAsync(cancel) : await File.ReadAllTextAsync(file, cancel);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail($"{file} cannot be read: {fault.Message}");
        }
        var document = DesiredStateDocument.Parse(text);
        var changes = await ActivatorUtilities.CreateInstance<DesiredStateApplication>(services).ApplyAsync(document, cancel);
        return changes.IsSuccess ? terminal.Done(changes.Value, changes.Value) : terminal.Fail(changes);
    }
}
