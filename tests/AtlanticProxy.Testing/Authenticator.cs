using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace AtlanticProxy.Testing;

/// <summary>
/// An app on a phone that shows codes (RFC 6238), written apart from the product's own. It knows the next code, too, which counts
/// already: nobody waits half a minute for it.
/// </summary>
/// <param name="secret">Base32, as the page shows it.</param>
public sealed class Authenticator(string secret, TimeProvider? time = null)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private long _last;

    /// <summary>A code that was not typed yet: of now, and then of the half minute that follows.</summary>
    public string Next()
    {
        _last = Math.Max(_time.GetUtcNow().ToUnixTimeSeconds() / 30, _last + 1);
        return CodeOf(_last);
    }

    [SuppressMessage("Security", "CA5350", Justification = "Apps know no other.")]
    private string CodeOf(long step)
    {
        string bits = string.Concat(secret.Select(letter =>
            Convert.ToString(Letters.IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        byte[] key = [.. bits.Chunk(8).Where(eight => eight.Length == 8).Select(eight => Convert.ToByte(new string(eight), 2))];
        byte[] counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        byte[] hash = HMACSHA1.HashData(key, counter);
        uint number = BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(hash[19] & 15)) & 0x7fffffff;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}
