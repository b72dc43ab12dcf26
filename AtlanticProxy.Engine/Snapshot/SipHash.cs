using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace AtlanticProxy.Engine.Snapshot;

/// <summary>
/// SipHash-2-4 with 128 bits (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): a keyed hash for short messages.
/// .NET has none. By the profile of a new tunnel it takes 0.2 us, where a call into OpenSSL for SHA-256 took more than 2.
/// </summary>
internal readonly struct SipHash
{
    public const int KeySize = 16;

    private readonly ulong _k0, _k1;

    /// <param name="key">16 bytes, secret and random.</param>
    public SipHash(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySize);
        _k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[sizeof(ulong)..]);
    }

    public static SipHash WithRandomKey() => new(RandomNumberGenerator.GetBytes(KeySize));

    /// <summary>The hash, its first byte the lowest.</summary>
    public UInt128 Of(ReadOnlySpan<byte> message)
    {
        const int finalRounds = 4;
        // "somepseudorandomlygeneratedbytes"; 0xee is the variant with 128 bits.
        var state = new State(_k0 ^ 0x736f6d6570736575, _k1 ^ 0x646f72616e646f6d ^ 0xee, _k0 ^ 0x6c7967656e657261,
            _k1 ^ 0x7465646279746573);

        ulong last = (ulong)message.Length << 56;
        while (message.Length >= sizeof(ulong))
        {
            state.Absorb(BinaryPrimitives.ReadUInt64LittleEndian(message));
            message = message[sizeof(ulong)..];
        }
        for (int i = 0; i < message.Length; i++)
            last |= (ulong)message[i] << (8 * i);
        state.Absorb(last);

        state.V2 ^= 0xee;
        state.Rounds(finalRounds);
        ulong low = state.Sum;
        state.V1 ^= 0xdd;
        state.Rounds(finalRounds);
        return new UInt128(state.Sum, low);
    }

    private struct State(ulong v0, ulong v1, ulong v2, ulong v3)
    {
        private const int RoundsOfAWord = 2;

        private ulong _v0 = v0, _v3 = v3;

        public ulong V1 = v1, V2 = v2;

        public readonly ulong Sum => _v0 ^ V1 ^ V2 ^ _v3;

        public void Absorb(ulong word)
        {
            _v3 ^= word;
            Rounds(RoundsOfAWord);
            _v0 ^= word;
        }

        public void Rounds(int count)
        {
            for (int i = 0; i < count; i++)
            {
                _v0 += V1;
                V1 = BitOperations.RotateLeft(V1, 13) ^ _v0;
                _v0 = BitOperations.RotateLeft(_v0, 32);
                V2 += _v3;
                _v3 = BitOperations.RotateLeft(_v3, 16) ^ V2;
                _v0 += _v3;
                _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
                V2 += V1;
                V1 = BitOperations.RotateLeft(V1, 17) ^ V2;
                V2 = BitOperations.RotateLeft(V2, 32);
            }
        }
    }
}
