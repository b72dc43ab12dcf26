using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Tunnels;

/// <summary>
/// The pipe that a busy direction moves its bytes through, so that they never enter the process; and when it is worth one.
/// </summary>
internal unsafe struct BulkPath
{
    /// <summary>A bulk direction whose turn moved less than this is interactive again.</summary>
    public const int Floor = 16 * 1024;

    /// <summary>Full reads in a row after which a direction is bulk and worth a pipe.</summary>
    private const int FullReads = 2;

    private Pipe? _pipe;
    private byte _fullReads;

    /// <summary>Has had so much to move that a pipe pays.</summary>
    public readonly bool IsBulk => _fullReads >= FullReads;

    /// <summary>Bytes are in the pipe that the far side has not got.</summary>
    public readonly bool Owes => _pipe is { Filled: > 0 };

    /// <summary>Notes a read through memory, and whether it filled all there was.</summary>
    public void OnRead(bool full) => _fullReads = full ? (byte)Math.Min(_fullReads + 1, FullReads) : (byte)0;

    /// <summary>Has a pipe, or gets one. Without, the direction copies.</summary>
    public bool TakePipe(EventLoop loop) => (_pipe ??= loop.Pipes.Rent()) is not null;

    /// <summary>Fills the pipe from the source with up to <paramref name="most"/> bytes. False when the source failed.</summary>
    public readonly bool Fill(ref Flow flow, int from, int most, out int filled)
    {
        nint taken = Libc.Splice(from, null, _pipe!.WriteEnd, null, most, Linux.SPLICE_F_MOVE | Linux.SPLICE_F_NONBLOCK);
        filled = (int)Math.Max(taken, 0);
        if (taken > 0)
            _pipe.Filled += filled;
        else if (taken == 0)
            flow.Ended = true;
        else if (Libc.Errno == Linux.EAGAIN)
            flow.CanRead = false;
        else
            return false;
        return true;
    }

    /// <summary>Empties the pipe into the sink: bytes taken, or -1 when the sink is gone.</summary>
    public readonly int Pay(ref Flow flow, int to)
    {
        nint sent = Libc.Splice(_pipe!.ReadEnd, null, to, null, _pipe.Filled, Linux.SPLICE_F_MOVE | Linux.SPLICE_F_NONBLOCK);
        if (sent >= 0)
        {
            _pipe.Filled -= (int)sent;
            return (int)sent;
        }
        if (Libc.Errno != Linux.EAGAIN)
            return -1;
        flow.CanWrite = false;
        return 0;
    }

    /// <summary>Nothing to read for now: the pipe goes back, and a direction that has become quiet is no longer bulk.</summary>
    public void Rest(EventLoop loop, bool quiet)
    {
        if (_pipe is not null)
        {
            loop.Pipes.Return(_pipe);
            _pipe = null;
        }
        if (quiet)
            _fullReads = 0;
    }
}
