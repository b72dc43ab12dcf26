using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace AtlanticProxy.Host.Cli;

/// <summary>What is wrong with a command line, in the product's own words.</summary>
internal static partial class UsageErrors
{
    public static IReadOnlyList<string> Of(ParseResult parsed) => [.. parsed.Errors.Select(WordsOf).Distinct()];

    private static string WordsOf(ParseError error) => error.SymbolResult switch
    {
        CommandResult { Command: var command } when NoVerb().IsMatch(error.Message) =>
            $"Name a verb: {string.Join(", ", command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name))}.",
        _ => Rewritten(error.Message),
    };

    private static string Rewritten(string message) =>
        Unrecognized().Match(message) is { Success: true } unknown ? $"There is no '{unknown.Groups[1].Value}' here."
        : MissingValue().Match(message) is { Success: true } bare ? $"{bare.Groups[1].Value} needs a value."
        : MissingArgument().IsMatch(message) ? "Something is missing behind the verb."
        : MissingOption().Match(message) is { Success: true } missing ? $"{missing.Groups[1].Value} is needed."
        : Repeated().Match(message) is { Success: true } repeated ? $"{repeated.Groups[1].Value} is given more than once."
        : message;

    [GeneratedRegex("^Required command was not provided")]
    private static partial Regex NoVerb();

    [GeneratedRegex("^Unrecognized command or argument '(.*)'", RegexOptions.Singleline)]
    private static partial Regex Unrecognized();

    [GeneratedRegex("^Required argument missing for option: '(.+?)'")]
    private static partial Regex MissingValue();

    [GeneratedRegex("^Required argument missing for command")]
    private static partial Regex MissingArgument();

    [GeneratedRegex("^Option '(.+?)' is required")]
    private static partial Regex MissingOption();

    [GeneratedRegex("^Option '(.+?)' expects a single argument but")]
    private static partial Regex Repeated();
}
