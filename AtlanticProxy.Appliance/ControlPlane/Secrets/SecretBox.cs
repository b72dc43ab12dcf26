using System.Security.Cryptography;
using System.Text;

namespace AtlanticProxy.ControlPlane.Secrets;

/// <summary>
/// Encrypts what the product must be able to read again (AES-256-GCM). The key is in a file outside the database, so a stolen
/// backup of the database reveals nothing. What is sealed is bound to its place, so it cannot be moved to another row.
/// </summary>
/// <remarks>Sealed form: version (1 byte), nonce (12), ciphertext (as long as the plain text), tag (16).</remarks>
public sealed class SecretBox
{
    public const int KeySize = 32;

    private const byte Version = 1;
    private const int Overhead = 1 + NonceSize + TagSize;
    private const int NonceSize = 12; // AesGcm.NonceByteSizes: the only one
    private const int TagSize = 16; // the longest tag that GCM has

    private readonly byte[] _key;

    /// <param name="key">32 random bytes.</param>
    public SecretBox(byte[] key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySize);
        _key = key;
    }

    /// <summary>
    /// Another key, the same for all who have this one (HKDF, RFC 5869, SHA-256): it says nothing of this one, nor of those for
    /// other purposes.
    /// </summary>
    /// <param name="purpose">What it is for.</param>
    /// <returns><see cref="KeySize"/> bytes.</returns>
    public byte[] DeriveKey(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, KeySize, info: Encoding.UTF8.GetBytes(purpose));

    /// <param name="place">Where the sealed bytes will stand: the same is needed to open them.</param>
    public byte[] Seal(string secret, SecretPlace place)
    {
        byte[] plain = Encoding.UTF8.GetBytes(secret);
        byte[] box = Seal(plain, place);
        CryptographicOperations.ZeroMemory(plain);
        return box;
    }

    /// <inheritdoc cref="Seal(string, SecretPlace)"/>
    public byte[] Seal(ReadOnlySpan<byte> secret, SecretPlace place)
    {
        byte[] box = new byte[Overhead + secret.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagSize);
        aes.Encrypt(nonce, secret, box.AsSpan(1 + NonceSize, secret.Length), box.AsSpan(box.Length - TagSize), place.Bytes);
        return box;
    }

    /// <exception cref="CryptographicException">Not sealed with this key, not for this place, or damaged.</exception>
    public string Open(ReadOnlySpan<byte> box, SecretPlace place)
    {
        byte[] plain = OpenBytes(box, place);
        string secret = Encoding.UTF8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        return secret;
    }

    /// <inheritdoc cref="Open"/>
    public byte[] OpenBytes(ReadOnlySpan<byte> box, SecretPlace place)
    {
        if (box.Length < Overhead || box[0] != Version)
            throw new CryptographicException($"The sealed secret of {place} is damaged or of a newer version.");
        byte[] plain = new byte[box.Length - Overhead];
        using var aes = new AesGcm(_key, TagSize);
        try
        {
            aes.Decrypt(box.Slice(1, NonceSize), box.Slice(1 + NonceSize, plain.Length), box[^TagSize..], plain, place.Bytes);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new CryptographicException(
                $"The sealed secret of {place} does not open: the key file is not the one that it was sealed with, or the row "
                    + "was changed.", e);
        }
        return plain;
    }
}

/// <summary>The place of one sealed secret: table, column and row.</summary>
public readonly record struct SecretPlace(string Table, string Column, string Row)
{
    internal byte[] Bytes => Encoding.UTF8.GetBytes(ToString());

    internal static SecretPlace ProxyUserSecret(long id) => new("proxy_users", "secret_sealed", $"{id}");

    internal static SecretPlace ShadowsocksPassword(long id) => new("shadowsocks_keys", "password_sealed", $"{id}");

    internal static SecretPlace ProviderPassword(long id) => new("providers", "password_sealed", $"{id}");

    internal static SecretPlace ProviderExitPassword(long provider, int position) =>
        new("provider_exits", "password_sealed", $"{provider}/{position}");

    internal static SecretPlace GatewaySecrets(long id) => new("gateways", "secrets_sealed", $"{id}");

    internal static SecretPlace PaymentMethodToken(long id) => new("payment_methods", "token_sealed", $"{id}");

    internal static SecretPlace AuthenticatorKey(long userId) => new("users", "authenticator_key_sealed", $"{userId}");

    internal static SecretPlace DataProtectionKey(string friendlyName) => new("data_protection_keys", "xml_sealed", friendlyName);

    internal static SecretPlace MailPassword => new("mail_settings", "password_sealed", "true");

    internal static SecretPlace ImportFile(long importId) => new("import_files", "file_sealed", $"{importId}");

    internal static SecretPlace WebhookSecret(long id) => new("webhook_endpoints", "secret_sealed", $"{id}");

    internal static SecretPlace AlertSecret(long channelId) => new("alert_channels", "secret_sealed", $"{channelId}");

    internal static SecretPlace IdempotentAnswer(long tokenId, string key) =>
        new("idempotent_requests", "answer_sealed", $"{tokenId}/{key}");

    public override string ToString() => $"{Table}.{Column}:{Row}";
}
