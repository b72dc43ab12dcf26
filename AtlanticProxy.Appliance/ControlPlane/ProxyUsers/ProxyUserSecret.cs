using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>A secret in both stored forms: what the engine verifies against, and what the portal reveals.</summary>
internal sealed record ProxyUserSecret(SecretKind Kind, byte[] Hash, byte[]? Salt, int? Iterations, byte[] Sealed)
{
    public static ProxyUserSecret Generated(string secret, long proxyUserId, SecretBox box) =>
        new(SecretKind.Generated, SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret)), null, null,
            box.Seal(secret, SecretPlace.ProxyUserSecret(proxyUserId)));

    public static ProxyUserSecret Chosen(string secret, long proxyUserId, SecretBox box)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(ChosenSecretVerifier.SaltSize);
        byte[] hash = ChosenSecretVerifier.Derive(secret, salt, ChosenSecretVerifier.DefaultIterations);
        return new(SecretKind.Chosen, hash, salt, ChosenSecretVerifier.DefaultIterations,
            box.Seal(secret, SecretPlace.ProxyUserSecret(proxyUserId)));
    }

    public void WriteTo(ProxyUser user)
    {
        (user.SecretKind, user.SecretHash, user.SecretSalt, user.SecretIterations, user.SecretSealed) = (Kind, Hash, Salt,
            Iterations, Sealed);
    }
}

/// <summary>What a person may choose as a secret.</summary>
internal static class ChosenSecret
{
    /// <summary>NIST SP 800-63B section 3.1.1.2 asks for at least 8; attackers of a proxy can try fast, so more.</summary>
    public const int MinLength = 12;

    /// <summary>
    /// RFC 1929: a SOCKS5 password is at most 255 bytes; some grammars put targeting behind it, so leave them room.
    /// </summary>
    public const int MaxLength = 64;

    /// <summary>
    /// Only letters, digits, and punctuation that no client has to encode in a URL. No underscore: IPRoyal's grammar puts
    /// targeting behind one.
    /// </summary>
    public static void Require(Validation validation, string secret, string field)
    {
        validation.Require(secret.Length is >= MinLength and <= MaxLength, field, "proxy_user.secret_length",
            $"A secret has {MinLength} to {MaxLength} characters.");
        validation.Require(secret.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '~'), field,
            "proxy_user.secret_characters",
            "A secret has letters, digits, and - . ~ only, so that it works in every client's URL.");
        validation.Require(secret.Distinct().Count() >= MinLength / 2, field, "proxy_user.secret_simple",
            "This secret repeats itself too much to be safe.");
    }
}
