using System.CommandLine;
using AtlanticProxy.Host.Diagnosis;
using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>doctor</c>: what a person would look at first, one line each; exit code 1 when anything is wrong.</summary>
internal sealed class Doctor : Verb
{
    private readonly Option<bool> _settings = new("--settings") { Description = "Check the settings alone, before an upgrade" };

    public Doctor(CommonOptions common)
        : base(common, "doctor", "Check settings, disk, keys, database and ports: one line each") => Add(_settings);

    protected override async Task<int> RunAsync(ParseResult parsed, Terminal terminal, StopSignals stop)
    {
        var settings = Common.LoadSettings(parsed, []); // Wrong ones are reported together, by name.
        var examination = new Examination(settings);
        var findings = parsed.GetValue(_settings) ? [Examination.Settings] : await examination.RunAsync(stop.Stopping);
        terminal.Done(findings,
            findings.Select(finding => $"{(finding.IsWell ? "ok  " : "FAIL")}  {finding.Subject}: {finding.Text}"));
        return findings.All(finding => finding.IsWell) ? CommandLine.Done : CommandLine.Failed;
    }
}
