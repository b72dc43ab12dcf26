using System.Globalization;
using System.Net;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>Where a provider is and how it is spoken to, as one text: <c>http://gw.example:8000</c>, <c>https://…</c>, <c>socks5://…</c> or <c>direct://</c>.</summary>
public sealed record ProviderEndpoint(UpstreamProtocol Protocol, string Host, int Port)
{
    public const string Rule = "Give the endpoint as http://host:port, https://host:port or socks5://host:port, or direct:// for this server's own addresses.";

    private const string DirectText = "direct://";

    /// <summary>RFC 1035 section 2.3.4.</summary>
    private const int MaxHostLength = 253;

    /// <summary>Null when <paramref name="text"/> is no endpoint. Credentials in it are refused: they belong in the password.</summary>
    public static ProviderEndpoint? Parse(string? text)
    {
        text = (text ?? "").Trim();
        if (text.Equals(DirectText, StringComparison.OrdinalIgnoreCase))
            return new ProviderEndpoint(UpstreamProtocol.Direct, "", 0);

        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        UpstreamProtocol? protocol = (scheme < 0 ? "" : text[..scheme].ToLowerInvariant()) switch
        {
            "http" => UpstreamProtocol.Http,
            "https" => UpstreamProtocol.Https,
            "socks5" or "socks5h" => UpstreamProtocol.Socks5,
            _ => null,
        };
        if (protocol is null)
            return null;

        string authority = text[(scheme + 3)..].TrimEnd('/');
        int colon = authority.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port))
            return null;
        string host = authority[..colon].ToLowerInvariant();
        if (host.StartsWith('[') && host.EndsWith(']') && IPAddress.TryParse(host[1..^1], out var address))
            host = address.ToString();
        else if (host.Length > MaxHostLength || !host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            return null;
        return port is > 0 and <= ushort.MaxValue ? new ProviderEndpoint(protocol.Value, host, port) : null;
    }

    public override string ToString() => Protocol switch
    {
        UpstreamProtocol.Direct => DirectText,
        _ => $"{Protocol.ToString().ToLowerInvariant()}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}",
    };
}
