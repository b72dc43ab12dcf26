using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace AtlanticProxy.Engine.Transport;

/// <summary>
/// struct epoll_event: which events, and 64 bits that are ours. In the kernel's memory they lie as the processor has it: packed
/// on x86-64, where 32-bit programs have them so (epoll_ctl(2), "EPOLL_PACKED"), and aligned to 8 bytes on every other.
/// </summary>
/// <param name="Events">EPOLLIN and its like.</param>
/// <param name="Fd">The file descriptor, as we always set it.</param>
/// <param name="Generation">Of the descriptor's number: which of those that have had it.</param>
internal readonly record struct EpollEvent(uint Events, int Fd, int Generation)
{
    /// <summary>Bytes of one in the kernel's memory: 12 on x86-64, 16 elsewhere.</summary>
    public static int Size => OursAt + sizeof(ulong);

    // The compilers know the answer: what is not this processor's does not come to be in the code.
    private static int OursAt => X86Base.X64.IsSupported ? sizeof(uint) : sizeof(ulong);

    /// <summary>The one at <paramref name="index"/> of what epoll_wait gave.</summary>
    public static unsafe EpollEvent Read(byte* events, int index)
    {
        byte* at = events + index * Size;
        return new(Unsafe.ReadUnaligned<uint>(at), Unsafe.ReadUnaligned<int>(at + OursAt),
            Unsafe.ReadUnaligned<int>(at + OursAt + sizeof(int)));
    }

    /// <summary>Writes it for epoll_ctl, <see cref="Size"/> bytes.</summary>
    public unsafe void Write(byte* to)
    {
        Unsafe.WriteUnaligned(to, Events);
        Unsafe.WriteUnaligned(to + OursAt, Fd);
        Unsafe.WriteUnaligned(to + OursAt + sizeof(int), Generation);
    }
}
