using System.Security.Cryptography;
using System.Text;

namespace AtlanticProxy.Engine.Snapshot;

/// <summary>What a presented password is checked against, in constant time. Never holds the password itself.</summary>
public abstract record SecretVerifier
{
    /// <summary>Bytes of every hash here.</summary>
    internal const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>True when verifying takes milliseconds on purpose, and so must not run on an event loop.</summary>
    public abstract bool IsSlow { get; }

    /// <summary>Whether <paramref name="secret"/> (UTF-8) is the right one.</summary>
    public abstract bool Verify(ReadOnlySpan<byte> secret);
}

/// <summary>
/// For generated secrets of at least 128 bits of entropy: nothing to guess, so one SHA-256 is enough. The engine remembers right
/// ones by a faster hash.
/// </summary>
public sealed record GeneratedSecretVerifier : SecretVerifier
{
    private readonly byte[] _hash;

    /// <param name="sha256">32 bytes: SHA-256 of the secret's UTF-8.</param>
    public GeneratedSecretVerifier(byte[] sha256)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sha256.Length, SHA256.HashSizeInBytes);
        _hash = sha256;
    }

    internal ReadOnlyMemory<byte> Hash => _hash;

    public override bool IsSlow => false;

    public static GeneratedSecretVerifier Of(string secret) => new(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public override bool Verify(ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, hash);
        return CryptographicOperations.FixedTimeEquals(hash, _hash);
    }
}

/// <summary>
/// For secrets that a person chose: PBKDF2-HMAC-SHA256. The engine keeps a cache of verified ones, so each costs once.
/// </summary>
public sealed record ChosenSecretVerifier : SecretVerifier
{
    /// <summary>OWASP Password Storage Cheat Sheet (2023): 600 000 iterations for PBKDF2-HMAC-SHA256.</summary>
    public const int DefaultIterations = 600_000;

    /// <summary>NIST SP 800-132 asks for at least 128 bits of salt.</summary>
    public const int SaltSize = 16;

    private readonly byte[] _salt;
    private readonly int _iterations;
    private readonly byte[] _hash;

    /// <param name="salt">16 bytes.</param>
    /// <param name="iterations">PBKDF2 iterations.</param>
    /// <param name="hash">32 bytes: the derived key.</param>
    public ChosenSecretVerifier(byte[] salt, int iterations, byte[] hash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(iterations);
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash.Length, SHA256.HashSizeInBytes);
        (_salt, _iterations, _hash) = (salt, iterations, hash);
    }

    internal ReadOnlyMemory<byte> Salt => _salt;

    internal int Iterations => _iterations;

    internal ReadOnlyMemory<byte> Hash => _hash;

    public override bool IsSlow => true;

    /// <summary>The derived key to store for <paramref name="secret"/>: 32 bytes.</summary>
    public static byte[] Derive(string secret, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(secret), salt, iterations, HashAlgorithmName.SHA256,
            SHA256.HashSizeInBytes);

    public override bool Verify(ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Rfc2898DeriveBytes.Pbkdf2(secret, _salt, hash, _iterations, HashAlgorithmName.SHA256);
        return CryptographicOperations.FixedTimeEquals(hash, _hash);
    }
}
