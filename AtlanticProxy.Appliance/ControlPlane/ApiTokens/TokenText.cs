using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.ControlPlane.Secrets;

namespace AtlanticProxy.ControlPlane.ApiTokens;

/// <summary>
/// How a token is written: <c>ap_</c> (of a list's link, <c>apl_</c>), 32 random letters and digits, and 6 that check the others.
/// Scanners of code find it by its form, and a typo is told from a token that is not ours without asking the database.
/// </summary>
public static class TokenText
{
    public const string Mark = "ap_", ListMark = "apl_";

    /// <summary>32 characters of 62 are 190 bits: nobody guesses one, and one SHA-256 keeps it.</summary>
    private const int RandomLength = 32;

    /// <summary>Characters of 62 that 32 bits fit in.</summary>
    private const int CheckLength = 6;

    /// <summary>Of the random characters, those that a token is found by: the others are 142 bits still.</summary>
    private const int FoundBy = 8;

    private static readonly SearchValues<char> Characters = SearchValues.Create(SecretGenerator.Alphabet);

    public const int Length = 3 + RandomLength + CheckLength;

    public static string Next(string mark = Mark)
    {
        string random = RandomNumberGenerator.GetString(SecretGenerator.Alphabet, RandomLength);
        return $"{mark}{random}{CheckOf(random)}";
    }

    /// <summary>Whether it has the form, and its check is right.</summary>
    public static bool IsWellFormed(string text) => IsWellFormed(text, Mark);

    /// <inheritdoc cref="IsWellFormed(string)"/>
    public static bool IsWellFormed(string text, string mark) =>
        text.Length == mark.Length + RandomLength + CheckLength && text.StartsWith(mark, StringComparison.Ordinal)
        && !text.AsSpan(mark.Length).ContainsAnyExcept(Characters)
        && text.EndsWith(CheckOf(text.Substring(mark.Length, RandomLength)), StringComparison.Ordinal);

    /// <summary>What a well-formed token is found by. It may be shown.</summary>
    public static string PrefixOf(string token) => token[..(token.IndexOf('_', StringComparison.Ordinal) + 1 + FoundBy)];

    /// <summary>SHA-256.</summary>
    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.ASCII.GetBytes(token));

    /// <summary>CRC-32C (RFC 3385), in characters of the alphabet, most significant first.</summary>
    private static string CheckOf(string random)
    {
        uint crc = Encoding.ASCII.GetBytes(random).Aggregate(uint.MaxValue, BitOperations.Crc32C) ^ uint.MaxValue;
        Span<char> check = stackalloc char[CheckLength];
        for (int i = CheckLength - 1; i >= 0; i--)
        {
            (crc, uint digit) = Math.DivRem(crc, (uint)SecretGenerator.Alphabet.Length);
            check[i] = SecretGenerator.Alphabet[(int)digit];
        }
        return check.ToString();
    }
}
