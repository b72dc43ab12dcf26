using System.Buffers.Binary;
using System.Security.Cryptography;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Protocols.Shadowsocks;

/// <summary>
/// One session's cipher (SIP004): a subkey that HKDF-SHA1 makes of the master key and the session's salt. "Sealed" is ciphertext,
/// then tag.
/// </summary>
internal sealed class Aead : IDisposable
{
    public const int TagSize = 16;

    private const int NonceSize = 12;

    private readonly AesGcm? _aes;
    private readonly ChaCha20Poly1305? _chacha;

    public Aead(ShadowsocksKey key, ReadOnlySpan<byte> salt)
    {
        Span<byte> subkey = stackalloc byte[key.Method.KeySize()];
        HKDF.DeriveKey(HashAlgorithmName.SHA1, key.MasterKey.Span, subkey, salt, "ss-subkey"u8);
        if (key.Method == ShadowsocksMethod.ChaCha20Poly1305)
            _chacha = new ChaCha20Poly1305(subkey);
        else
            _aes = new AesGcm(subkey, TagSize);
        CryptographicOperations.ZeroMemory(subkey);
    }

    public void Seal(ulong counter, ReadOnlySpan<byte> plain, Span<byte> sealedInto) =>
        Encrypt(counter, plain, sealedInto[..plain.Length], sealedInto.Slice(plain.Length, TagSize));

    /// <summary>
    /// Opens what should be genuine. False when it is not: rare, since only damage on the way or a forger in the middle leads
    /// here.
    /// </summary>
    public bool TryOpen(ulong counter, ReadOnlySpan<byte> box, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        nonce.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(nonce, counter);
        var cipher = box[..^TagSize];
        var tag = box[^TagSize..];
        try
        {
            if (_aes is not null)
                _aes.Decrypt(nonce, cipher, tag, plain[..cipher.Length]);
            else
                _chacha!.Decrypt(nonce, cipher, tag, plain[..cipher.Length]);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>
    /// Opens what probably is not for this key. The ciphers' own decryption tells a wrong tag by an exception, which costs more
    /// than all the rest; but both are stream ciphers: encrypting the ciphertext gives the plain text, and encrypting that gives
    /// the tag that it ought to have.
    /// </summary>
    /// <param name="scratch">At least as long as the plain text.</param>
    public bool Try(ulong counter, ReadOnlySpan<byte> box, Span<byte> plain, Span<byte> scratch)
    {
        var cipher = box[..^TagSize];
        var tag = box[^TagSize..];
        plain = plain[..cipher.Length];
        Span<byte> expected = stackalloc byte[TagSize];
        Encrypt(counter, cipher, plain, expected);
        Encrypt(counter, plain, scratch[..plain.Length], expected);
        return CryptographicOperations.FixedTimeEquals(expected, tag);
    }

    public void Dispose()
    {
        _aes?.Dispose();
        _chacha?.Dispose();
    }

    private void Encrypt(ulong counter, ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        nonce.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(nonce, counter);
        if (_aes is not null)
            _aes.Encrypt(nonce, plain, cipher, tag);
        else
            _chacha!.Encrypt(nonce, plain, cipher, tag);
    }
}
