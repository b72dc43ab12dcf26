using System.Buffers.Binary;

namespace AtlanticProxy.Engine.Protocols.Shadowsocks;

/// <summary>
/// Reads a stream of chunks (SIP004): each is a sealed length of two bytes, then as much sealed payload. Counts nonces; keeps no
/// bytes.
/// </summary>
internal sealed class ChunkOpener(Aead cipher) : IDisposable
{
    /// <summary>Bytes of payload in a chunk: the two top bits of the length are reserved and zero.</summary>
    public const int MaxPayload = 0x3fff;

    /// <summary>A sealed length.</summary>
    public const int SealedLength = sizeof(ushort) + Aead.TagSize;

    private ulong _counter;
    private int _payload;

    /// <summary>
    /// Opens every whole chunk in <paramref name="input"/>. What is left over is to be offered again with more behind it.
    /// False when something is not genuine, or no chunk: nothing after it can be read either.
    /// </summary>
    public bool Open(ReadOnlySpan<byte> input, Span<byte> plain, out int consumed, out int written)
    {
        consumed = written = 0;
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        while (true)
        {
            var rest = input[consumed..];
            if (_payload == 0)
            {
                if (rest.Length < SealedLength)
                    return true;
                if (!cipher.TryOpen(_counter++, rest[..SealedLength], length))
                    return false;
                _payload = BinaryPrimitives.ReadUInt16BigEndian(length);
                if (_payload is 0 or > MaxPayload)
                    return false;
                consumed += SealedLength;
                continue;
            }
            int box = _payload + Aead.TagSize;
            if (rest.Length < box)
                return true;
            if (!cipher.TryOpen(_counter++, rest[..box], plain[written..]))
                return false;
            consumed += box;
            written += _payload;
            _payload = 0;
        }
    }

    /// <summary>Bytes that must be there before <see cref="Open"/> can do anything more.</summary>
    public int Needed => _payload == 0 ? SealedLength : _payload + Aead.TagSize;

    public void Dispose() => cipher.Dispose();
}
