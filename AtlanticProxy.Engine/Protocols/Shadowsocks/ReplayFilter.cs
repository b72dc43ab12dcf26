using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AtlanticProxy.Engine.Protocols.Shadowsocks;

/// <summary>
/// Remembers salts, so that a recorded session cannot be played to us again: two Bloom filters, of which the older is emptied
/// when the younger is full. Memory is fixed; between one and two times its capacity of the latest salts are known. Safe from any
/// thread. A restart forgets: SIP004 has no clock.
/// </summary>
internal sealed class ReplayFilter
{
    /// <summary>Salts a generation. A million: shadowsocks-libev's own filter on servers.</summary>
    public const int DefaultCapacity = 1_000_000;

    /// <summary>29 bits and 20 hashes an entry take a fresh salt for a known one once in a million (Bloom, 1970).</summary>
    private const int BitsPerEntry = 29, Hashes = 20;

    private readonly int _capacity;
    private readonly ulong _bits;
    private readonly byte[] _seed = RandomNumberGenerator.GetBytes(sizeof(ulong) * 2);
    private readonly Lock _lock = new();
    private ulong[] _young;
    private ulong[]? _old;
    private int _count;

    public ReplayFilter(int capacity = DefaultCapacity)
    {
        _capacity = capacity;
        _young = new ulong[(int)((long)capacity * BitsPerEntry / 64) + 1];
        _bits = (ulong)_young.Length * 64;
    }

    /// <summary>Notes a salt. False when it was noted before.</summary>
    public bool TryAdd(ReadOnlySpan<byte> salt)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> seeded = stackalloc byte[_seed.Length + salt.Length];
        _seed.CopyTo(seeded);
        salt.CopyTo(seeded[_seed.Length..]);
        SHA256.HashData(seeded, hash);
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(hash),
            second = BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]) | 1;
        lock (_lock)
        {
            if (Holds(_young, first, second) || (_old is not null && Holds(_old, first, second)))
                return false;
            if (_count == _capacity)
            {
                (_old, _young) = (_young, _old ?? new ulong[_young.Length]);
                Array.Clear(_young);
                _count = 0;
            }
            for (int i = 0; i < Hashes; i++)
            {
                ulong bit = (first + (ulong)i * second) % _bits;
                _young[bit >> 6] |= 1UL << (int)(bit & 63);
            }
            _count++;
            return true;
        }
    }

    // Two hashes give all the others (Kirsch and Mitzenmacher, 2006).
    private bool Holds(ulong[] filter, ulong first, ulong second)
    {
        for (int i = 0; i < Hashes; i++)
        {
            ulong bit = (first + (ulong)i * second) % _bits;
            if ((filter[bit >> 6] & 1UL << (int)(bit & 63)) == 0)
                return false;
        }
        return true;
    }
}
