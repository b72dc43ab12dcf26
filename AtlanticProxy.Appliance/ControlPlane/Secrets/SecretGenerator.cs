using System.Security.Cryptography;

namespace AtlanticProxy.ControlPlane.Secrets;

/// <summary>Makes secrets that nobody can guess and that need no quoting in a URL or a shell.</summary>
public static class SecretGenerator
{
    internal const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>24 characters of 62 are 142 bits; 128 is what <c>GeneratedSecretVerifier</c> stands on.</summary>
    public const int Length = 24;

    public static string Next() => RandomNumberGenerator.GetString(Alphabet, Length);
}
