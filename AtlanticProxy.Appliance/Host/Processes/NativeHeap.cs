using System.Runtime.InteropServices;

namespace AtlanticProxy.Host.Processes;

/// <summary>malloc of this process (mallopt(3)): of the runtime, its compiler, and the libraries. Managed objects are not in it.</summary>
internal static partial class NativeHeap
{
    /// <summary>malloc.h.</summary>
    private const int TrimThreshold = -1, MappingThreshold = -3;

    /// <summary>
    /// The size of the blocks in which .NET's compiler takes memory while it works on a method, and which it gives back when that is done. By default glibc raises
    /// the threshold as soon as the first block is given back, and from then on keeps them: 10 MB in an arena, between things that live (docs/decisions/0020).
    /// </summary>
    private const int CompilerBlock = 64 * 1024;

    /// <summary>glibc's own default, which holds for as long as it is set.</summary>
    private const int MostFreeAtTop = 128 * 1024;

    /// <summary>From now on, large blocks are mappings of their own, which go back to the system when they are freed.</summary>
    public static void ReturnLargeBlocks()
    {
        _ = SetOption(MappingThreshold, CompilerBlock);
        _ = SetOption(TrimThreshold, MostFreeAtTop);
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
