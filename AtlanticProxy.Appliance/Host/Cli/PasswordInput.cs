using System.CommandLine;
using AtlanticProxy.ControlPlane.Secrets;

namespace AtlanticProxy.Host.Cli;

/// <summary>
/// Passwords come from standard input: arguments are visible to every user of the machine, and stay in the shell's history.
/// </summary>
internal sealed class PasswordInput(TextReader input)
{
    public Option<bool> Option { get;
        } = new("--password-stdin") { Description = "Read the password from the first line of standard input" };

    /// <summary>The password given, or null when none was to be read.</summary>
    /// <exception cref="StartupException">There is none on standard input.</exception>
    public string? Read(ParseResult parsed)
    {
        if (!parsed.GetValue(Option))
            return null;
        return input.ReadLine() is { Length: > 0 } password
            ? password
            : throw new StartupException("Standard input holds no password.");
    }

    /// <summary>The password given, or a new one, which the verb must show: nobody else knows it.</summary>
    public (string Password, bool IsGenerated) ReadOrGenerate(ParseResult parsed) =>
        Read(parsed) is { } given ? (given, false) : (SecretGenerator.Next(), true);
}
