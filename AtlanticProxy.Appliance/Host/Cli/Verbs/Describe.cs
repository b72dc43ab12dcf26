using System.CommandLine;
using AtlanticProxy.Host.Backups;
using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>describe</c>: this command line as a manual page or a completion script, for packages.
/// </summary>
internal sealed class Describe : Verb
{
    private const string Manual = "manual", Completion = "bash-completion";

    private readonly Argument<string> _form = new("FORM") { Description = $"{Manual} or {Completion}" };

    public Describe(CommonOptions common) : base(common, "describe", "Print the manual page or the shell's completion")
    {
        _form.AcceptOnlyFromAmong(Manual, Completion);
        Add(_form);
    }

    protected override Task<int> RunAsync(ParseResult parsed, Terminal terminal, StopSignals stop)
    {
        var root = CommandLine.Root(Common);
        string text = parsed.GetRequiredValue(_form) == Manual
            ? ManualPage.Of(root, BackupTaking.Version)
            : BashCompletion.Of(root);
        return Task.FromResult(terminal.Done(text, text.TrimEnd('\n')));
    }
}
