using System.Runtime.InteropServices;

namespace AtlanticProxy.Host.Processes;

/// <summary>
/// malloc of this process (mallopt(3)), which the runtime, its compiler and native libraries use. Managed objects are elsewhere.
/// </summary>
internal static partial class NativeHeap
{
    /// <summary>malloc.h.</summary>
    private const int TrimThreshold = -1, MappingThreshold = -3;

    /// <summary>
    /// Bytes. .NET's compiler takes memory in blocks of this size while it works on a method, and frees them afterwards.
    /// Without a setting, glibc raises the threshold when the first one is freed, and keeps later ones: 10 to 15 MB
    /// (docs/decisions/0020-memory.md).
    /// </summary>
    private const int CompilerBlock = 64 * 1024;

    /// <summary>Bytes: glibc's own default, which it no longer changes once it is set.</summary>
    private const int MostFreeAtTop = 128 * 1024;

    /// <summary>From now on a large block is a mapping of its own, which goes back to the system when it is freed.</summary>
    public static void ReturnLargeBlocks()
    {
        _ = SetOption(MappingThreshold, CompilerBlock);
        _ = SetOption(TrimThreshold, MostFreeAtTop);
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
