using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine.Snapshot;

/// <summary>The AEAD ciphers of Shadowsocks (SIP004) that this product speaks.</summary>
public enum ShadowsocksMethod
{
    Aes128Gcm,
    Aes256Gcm,
    ChaCha20Poly1305,
}

/// <summary>What is known of a method: the name that clients are configured with, and its sizes.</summary>
public static class ShadowsocksMethods
{
    /// <summary>The name in client configurations and <c>ss://</c> links.</summary>
    public static string Name(this ShadowsocksMethod method) => method switch
    {
        ShadowsocksMethod.Aes128Gcm => "aes-128-gcm",
        ShadowsocksMethod.Aes256Gcm => "aes-256-gcm",
        ShadowsocksMethod.ChaCha20Poly1305 => "chacha20-ietf-poly1305",
    };

    /// <summary>The method of that name; null when there is none.</summary>
    public static ShadowsocksMethod? Find(string name)
    {
        foreach (var method in Enum.GetValues<ShadowsocksMethod>())
            if (method.Name() == name)
                return method;
        return null;
    }

    /// <summary>Bytes of the key, and of the salt, which is as long.</summary>
    public static int KeySize(this ShadowsocksMethod method) => method == ShadowsocksMethod.Aes128Gcm ? 16 : 32;
}

/// <summary>One way into a proxy user by Shadowsocks. Immutable.</summary>
/// <param name="Id">Unique over the appliance.</param>
/// <param name="MasterKey">As long as the method's key.</param>
/// <param name="Targeting">What every connection with this key asks for: the part of a username of this product's own grammar
/// after the user's name, without the first separator; empty for nothing.</param>
public sealed record ShadowsocksKey(long Id, ShadowsocksMethod Method, ReadOnlyMemory<byte> MasterKey, string Targeting = "")
{
    /// <summary>The key that clients make of a password: OpenSSL's EVP_BytesToKey with MD5, one round, no salt.</summary>
    public static ShadowsocksKey FromPassword(long id, ShadowsocksMethod method, string password, string targeting = "") =>
        new(id, method, DeriveMaster(Encoding.UTF8.GetBytes(password), method.KeySize()), targeting);

    /// <summary>
    /// The token of <paramref name="targeting"/> that is not known or malformed, and what is wrong with it; null when all is
    /// well.
    /// </summary>
    public static string? FindBadToken(string targeting) => UsernameParser.ParseTargeting("", targeting).Problem;

    [SuppressMessage("Security", "CA5351",
        Justification = "The protocol's choice; what guards the key is the password's own entropy.")]
    private static byte[] DeriveMaster(byte[] password, int size)
    {
        byte[] key = new byte[size];
        byte[] block = [];
        for (int filled = 0; filled < size; filled += block.Length)
        {
            block = MD5.HashData([.. block, .. password]);
            block.AsSpan(0, Math.Min(block.Length, size - filled)).CopyTo(key.AsSpan(filled));
        }
        return key;
    }
}
