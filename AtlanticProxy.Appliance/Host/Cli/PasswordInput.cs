using System.CommandLine;
using System.Text;
using AtlanticProxy.ControlPlane.Secrets;

namespace AtlanticProxy.Host.Cli;

/// <summary>
/// Passwords come from standard input: arguments are visible to every user of the machine, and stay in the shell's history.
/// </summary>
internal sealed class PasswordInput(TextReader input)
{
    public Option<bool> Option { get;
        } = new("--password-stdin") { Description =
            "Read the password from the first line of standard input, or ask for it on a terminal" };

    /// <summary>The password given, or null when none was to be read.</summary>
    /// <exception cref="StartupException">There is none on standard input.</exception>
    public string? Read(ParseResult parsed)
    {
        if (!parsed.GetValue(Option))
            return null;
        string? password = IsTerminal ? Ask() : input.ReadLine();
        return password is { Length: > 0 } ? password : throw new StartupException("Standard input holds no password.");
    }

    /// <summary>The password given, or a new one, which the verb must show: nobody else knows it.</summary>
    public (string Password, bool IsGenerated) ReadOrGenerate(ParseResult parsed) =>
        Read(parsed) is { } given ? (given, false) : (SecretGenerator.Next(), true);

    /// <summary>What a verb says that was given a password, or made one.</summary>
    /// <param name="done">Without a full stop.</param>
    public static IReadOnlyList<string> Told(string done, string password, bool isGenerated) =>
        isGenerated ? [$"{done}. Password: {password}", "It is not shown again."] : [done];

    private bool IsTerminal => input == Console.In && !Console.IsInputRedirected;

    /// <summary>On the terminal, without an echo.</summary>
    private static string Ask()
    {
        Console.Error.Write("Password: ");
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
            if (key.Key != ConsoleKey.Backspace)
                typed.Append(key.KeyChar);
            else if (typed.Length > 0)
                typed.Length--;
        Console.Error.WriteLine();
        return typed.ToString();
    }
}
