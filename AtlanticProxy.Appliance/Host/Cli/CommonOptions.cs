using System.CommandLine;
using AtlanticProxy.Host.Configuration;

namespace AtlanticProxy.Host.Cli;

/// <summary>What every verb takes.</summary>
internal sealed class CommonOptions(IReadOnlyDictionary<string, string?> flags, TextReader input)
{
    public Option<string?> Data { get; } = new("--data") { Description = "Data directory (setting Data:Directory)",
        HelpName = "DIR", Recursive = true };

    public Option<string?> Config { get; } = new("--config") { Description =
        "Configuration file (DIR/appliance.json, or /etc/atlanticproxy/appliance.json without --data)",
        HelpName = "FILE", Recursive = true };

    public Option<bool> Json { get; } = new("--json") { Description = "Answer as JSON", Recursive = true };

    public TextReader Input => input;

    /// <param name="more">Settings that the verb's own options stand for; they win.</param>
    /// <param name="defaults">Beneath everything else.</param>
    /// <exception cref="StartupException">They are wrong.</exception>
    public Settings LoadSettings(
        ParseResult parsed, IEnumerable<(string Name, string? Value)> more, IReadOnlyDictionary<string, string?>? defaults = null)
    {
        var all = new Dictionary<string, string?>(flags, StringComparer.OrdinalIgnoreCase);
        if (parsed.GetValue(Data) is { } directory)
            all["Data:Directory"] = Path.GetFullPath(directory);
        foreach (var (name, value) in more)
            if (value is not null)
                all[name] = value;
        return Settings.Load(all, parsed.GetValue(Config), defaults: defaults);
    }
}
