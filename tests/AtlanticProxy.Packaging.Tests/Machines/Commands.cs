using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Packaging.Tests.Machines;

/// <summary>Programs that must succeed.</summary>
public static class Commands
{
    /// <summary>0755.</summary>
    public const UnixFileMode Everybodys = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>To build a package, or a root file system, beside the other suites on two slow cores.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(25);

    /// <summary>What it said on standard output.</summary>
    /// <exception cref="InvalidOperationException">Its exit code was not 0.</exception>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await TryAsync(program, arguments);
        return result.ExitCode == 0 ? result.Text
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {result}");
    }

    public static Task<ToolResult> TryAsync(string program, params string[] arguments) =>
        Tool.RunAsync(program, arguments, input: null, environment: null, Patience);
}
