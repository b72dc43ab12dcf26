using System.CommandLine;
using System.CommandLine.Help;

namespace AtlanticProxy.Host.Cli;

/// <summary>One verb as the manual page and the shell's completion see it.</summary>
/// <param name="Path">The words that call it: <c>customer add</c>; empty for the program itself.</param>
internal sealed record DescribedVerb(string Path, Command Command)
{
    public IEnumerable<Option> Options =>
        Command.Options.Where(option => !option.Hidden && option is not (HelpOption or VersionOption));

    public IEnumerable<Argument> Arguments => Command.Arguments.Where(argument => !argument.Hidden);

    public IEnumerable<Command> Verbs => Command.Subcommands.Where(command => !command.Hidden);

    /// <summary>A noun has verbs and does nothing itself.</summary>
    public bool IsVerb => Path.Length > 0 && !Command.Subcommands.Any();

    /// <summary>A command and all below it, in their order.</summary>
    public static IEnumerable<DescribedVerb> AllOf(Command root) => Walk(root, "");

    private static IEnumerable<DescribedVerb> Walk(Command command, string path) =>
    [
        new(path, command),
        .. command.Subcommands.Where(below => !below.Hidden).SelectMany(below => Walk(below, $"{path} {below.Name}".Trim())),
    ];

    /// <summary>How an option is written, with what its value is called: <c>--to DIR</c>.</summary>
    public static string Spell(Option option) =>
        option.ValueType == typeof(bool) ? option.Name : $"{option.Name} {option.HelpName ?? "VALUE"}";
}
