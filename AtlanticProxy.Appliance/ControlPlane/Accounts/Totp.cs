using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Codes of authenticator apps (RFC 6238 over RFC 4226), as every app makes them: SHA-1, six digits, a new one every 30 seconds.
/// </summary>
internal static class Totp
{
    private const int StepSeconds = 30, Digits = 6, Modulus = 1_000_000;

    /// <summary>RFC 6238 section 5.2: one step for a clock that is off, and for who types slowly.</summary>
    private const int StepsEitherWay = 1;

    /// <summary>RFC 4648 section 6.</summary>
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>RFC 4226 section 4: 160 bits, which are 32 letters.</summary>
    private const int SecretLetters = 32;

    public static string NewSecret() => RandomNumberGenerator.GetString(Base32, SecretLetters);

    /// <summary>The step of time that <paramref name="code"/> is of; null: it is no code of now.</summary>
    /// <param name="secret">Base32.</param>
    public static long? StepOf(string secret, string code, DateTimeOffset now)
    {
        byte[] key = Decode(secret), given = Encoding.UTF8.GetBytes(code);
        long present = now.ToUnixTimeSeconds() / StepSeconds;
        long? found = null;
        for (long step = present - StepsEitherWay; step <= present + StepsEitherWay; step++)
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(CodeAt(key, step)), given))
                found = step;
        return found;
    }

    /// <summary>The code that an app shows at a time.</summary>
    public static string CodeAt(string secret, DateTimeOffset now) =>
        CodeAt(Decode(secret), now.ToUnixTimeSeconds() / StepSeconds);

    [SuppressMessage("Security", "CA5350", Justification = "Apps know no other, whatever RFC 6238 allows.")]
    private static string CodeAt(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        byte[] hash = HMACSHA1.HashData(key, counter);
        int offset = hash[^1] & 0xf; // RFC 4226 section 5.3
        int number = (BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(offset)) & int.MaxValue) % Modulus;
        return number.ToString($"D{Digits}", CultureInfo.InvariantCulture);
    }

    private static byte[] Decode(string secret)
    {
        var bytes = new List<byte>();
        int buffer = 0, bits = 0;
        foreach (char letter in secret)
        {
            buffer = (buffer << 5) | Base32.IndexOf(letter, StringComparison.Ordinal);
            bits += 5;
            if (bits < 8)
                continue;
            bits -= 8;
            bytes.Add((byte)(buffer >> bits));
            buffer &= (1 << bits) - 1;
        }
        return [.. bytes];
    }
}
