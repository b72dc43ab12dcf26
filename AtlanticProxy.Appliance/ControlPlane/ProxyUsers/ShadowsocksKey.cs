using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>One way into a proxy user by Shadowsocks. Gone with the proxy user.</summary>
[Table("shadowsocks_keys")]
internal sealed class ShadowsocksKey
{
    [PrimaryKey]
    public long Id { get; set; }

    public long ProxyUserId { get; set; }

    /// <summary>The method's name in client configurations.</summary>
    public required string Method { get; set; }

    /// <summary>The password under <see cref="Secrets.SecretBox"/>.</summary>
    public required byte[] PasswordSealed { get; set; }

    /// <summary>What follows the name in a username, without the first separator; empty for nothing.</summary>
    public string Targeting { get; set; } = "";

    public required DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What a client needs for Shadowsocks, besides the server's address.</summary>
public sealed record ShadowsocksCredentials(long KeyId, string ProxyUserName, string Method, string Password, string Targeting)
{
    /// <summary>The link that clients import: SIP002, with userinfo in URL-safe base64 and the proxy user as its name.</summary>
    public string Link(string host, int port)
    {
        string userinfo =
            System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes($"{Method}:{Password}"));
        string tag = Targeting.Length == 0 ? ProxyUserName : $"{ProxyUserName}-{Targeting}";
        return string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"ss://{userinfo}@{host}:{port}#{Uri.EscapeDataString(tag)}");
    }

    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{ProxyUserName} by {Method} ({KeyId})";
}
