namespace AtlanticProxy.Engine.Transport;

/// <summary>Buffers of one loop, lent only while bytes are in hand. Used on the loop's thread only.</summary>
internal sealed class BufferPool
{
    /// <summary>Bytes of a small buffer: a whole request head nearly always.</summary>
    public const int SmallSize = 4 * 1024;

    /// <summary>Bytes of a large buffer: the longest head, or what a full socket would not take of one relayed chunk.</summary>
    public const int LargeSize = 64 * 1024;

    /// <summary>Idle buffers kept of each size; more go back to the garbage collector. 64 large ones are 4 MB a loop.</summary>
    private const int Kept = 64;

    private readonly Stack<byte[]> _small = new(Kept), _large = new(Kept);

    /// <summary>Buffers lent now.</summary>
    public int Lent { get; private set; }

    public byte[] RentSmall() => Rent(_small, SmallSize);

    public byte[] RentLarge() => Rent(_large, LargeSize);

    public void Return(byte[] buffer)
    {
        Lent--;
        var idle = buffer.Length == SmallSize ? _small : _large;
        if (idle.Count < Kept)
            idle.Push(buffer);
    }

    private byte[] Rent(Stack<byte[]> idle, int size)
    {
        Lent++;
        return idle.TryPop(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(size);
    }
}
