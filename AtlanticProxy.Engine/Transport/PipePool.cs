namespace AtlanticProxy.Engine.Transport;

/// <summary>A kernel pipe that bulk bytes pass through without being copied to user space.</summary>
internal sealed class Pipe
{
    public required int ReadEnd { get; init; }
    public required int WriteEnd { get; init; }

    /// <summary>Bytes inside now.</summary>
    public int Filled;
}

/// <summary>Pipes of one loop. Used on the loop's thread only.</summary>
internal sealed unsafe class PipePool : IDisposable
{
    /// <summary>
    /// Bytes a pipe holds; more than the kernel's default of 64 KB, so that one splice moves what a socket buffer holds.
    /// </summary>
    public const int PipeSize = 256 * 1024;

    /// <summary>
    /// Pipes open at a time, lent and idle. The kernel counts a user's pipe pages against pipe-user-pages-soft (64 MB by
    /// default).
    /// </summary>
    private const int MaxPipes = 128;

    private readonly Stack<Pipe> _idle = new();
    private int _open;

    /// <summary>
    /// A pipe, or null when there are enough, or descriptors are few, or the kernel gives no more: then the caller copies.
    /// </summary>
    public Pipe? Rent()
    {
        if (_idle.TryPop(out var pipe))
            return pipe;
        if (_open >= MaxPipes)
            return null;
        int* pair = stackalloc int[2];
        if (Libc.Pipe2(pair, Linux.O_NONBLOCK | Linux.O_CLOEXEC) != 0)
            return null;
        if (pair[1] >= DescriptorLimit.Ceiling)
        {
            Libc.Close(pair[0]);
            Libc.Close(pair[1]);
            return null;
        }
        Libc.Fcntl(pair[1], Linux.F_SETPIPE_SZ, PipeSize); // refused over the user's limit: the default size does as well, slower
        _open++;
        return new Pipe { ReadEnd = pair[0], WriteEnd = pair[1] };
    }

    /// <summary>Takes a pipe back; one with bytes left inside is closed, so that they can never reach another tunnel.</summary>
    public void Return(Pipe pipe)
    {
        if (pipe.Filled == 0)
        {
            _idle.Push(pipe);
            return;
        }
        Close(pipe);
    }

    public void Dispose()
    {
        while (_idle.TryPop(out var pipe))
            Close(pipe);
    }

    private void Close(Pipe pipe)
    {
        _open--;
        Libc.Close(pipe.ReadEnd);
        Libc.Close(pipe.WriteEnd);
    }
}
