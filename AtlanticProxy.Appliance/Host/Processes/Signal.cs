using System.Runtime.InteropServices;

namespace AtlanticProxy.Host.Processes;

/// <summary>kill(2).</summary>
internal static partial class Signal
{
    public const int Interrupt = 2, Quit = 3, Kill = 9, Terminate = 15;

    /// <summary>Sends <paramref name="signal"/>; a process that is gone already is fine.</summary>
    public static void Send(int pid, int signal) => _ = SysKill(pid, signal);

    /// <summary>Effective user id 0.</summary>
    public static bool IsRoot => GetEuid() == 0;

    public static uint UserId => GetEuid();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SysKill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEuid();
}
