using System.Buffers.Binary;
using System.Security.Cryptography;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Protocols.Shadowsocks;

/// <summary>Writes a stream of chunks (SIP004): a random salt first, then sealed lengths and payloads.</summary>
internal sealed class ChunkSealer : IDisposable
{
    private const int MaxSalt = 32;

    private readonly byte[] _salt;
    private readonly Aead _cipher;
    private ulong _counter;

    public ChunkSealer(ShadowsocksKey key)
    {
        _salt = RandomNumberGenerator.GetBytes(key.Method.KeySize());
        _cipher = new Aead(key, _salt);
    }

    public ReadOnlySpan<byte> Salt => _salt;

    /// <summary>Bytes that <paramref name="plain"/> bytes become at most.</summary>
    public static int SealedSize(int plain)
    {
        int chunks = (plain + ChunkOpener.MaxPayload - 1) / ChunkOpener.MaxPayload;
        return MaxSalt + plain + chunks * (ChunkOpener.SealedLength + Aead.TagSize);
    }

    /// <summary>Seals all of <paramref name="plain"/>, with the salt in front the first time: bytes written.</summary>
    public int Seal(ReadOnlySpan<byte> plain, Span<byte> into)
    {
        int written = 0;
        if (_counter == 0)
        {
            _salt.CopyTo(into);
            written = _salt.Length;
        }
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        while (!plain.IsEmpty)
        {
            var payload = plain[..Math.Min(plain.Length, ChunkOpener.MaxPayload)];
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
            _cipher.Seal(_counter++, length, into[written..]);
            written += ChunkOpener.SealedLength;
            _cipher.Seal(_counter++, payload, into[written..]);
            written += payload.Length + Aead.TagSize;
            plain = plain[payload.Length..];
        }
        return written;
    }

    public void Dispose() => _cipher.Dispose();

}
