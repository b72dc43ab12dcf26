using System.Diagnostics;

namespace AtlanticProxy.Testing;

/// <summary>
/// What the system does for root only. A test that needs it fails without, and says so in one line: a test that is skipped proves
/// nothing, and an error of
/// <c>mount</c> would not say what to do.
/// </summary>
public static class Privilege
{
    /// <summary>To make a network namespace: CAP_SYS_ADMIN, which containers often lack even as root.</summary>
    public static void ToMakeANetworkNamespace() => Need("it makes a network namespace", "unshare", "--net", "--mount", "true");

    /// <summary>To mount a file system: CAP_SYS_ADMIN as well.</summary>
    public static void ToMountAFileSystem() => Need("it mounts a file system", "unshare", "--mount", "true");

    /// <summary>To start a process as another user.</summary>
    public static void ToActAsAnotherUser() => Need("it starts a process as another user", "setpriv", "--reuid=65534", "true");

    private static void Need(string because, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new MissingPrivilegeException($"This test needs root: {because}");
    }
}

/// <summary>This machine, or whoever runs the tests, lacks what a test needs.</summary>
public sealed class MissingPrivilegeException(string message) : Exception(message);
