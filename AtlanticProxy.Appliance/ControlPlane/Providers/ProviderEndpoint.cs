using System.Globalization;
using System.Net;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>
/// Where a provider is and how it is spoken to, as one text: <c>http://gw.example:8000</c>, <c>https://…</c>, <c>socks5://…</c>
/// or <c>direct://</c>. The host may be a template: <c>http://[{country}.]gw.example:8000</c>.
/// </summary>
public sealed record ProviderEndpoint(UpstreamProtocol Protocol, string Host, int Port)
{
    public const string Rule =
        "Give the endpoint as http://host:port, https://host:port or socks5://host:port, or direct:// for this server's own "
            + "addresses.";

    internal static readonly ProviderEndpoint Direct = new(UpstreamProtocol.Direct, "", 0);

    private const string DirectText = "direct://";

    /// <summary>RFC 1035 section 2.3.4.</summary>
    private const int MaxHostLength = 253;

    /// <summary>
    /// Null when <paramref name="text"/> is no endpoint. Credentials in it are refused: they belong in the password.
    /// </summary>
    public static ProviderEndpoint? Parse(string? text)
    {
        text = (text ?? "").Trim();
        if (text.Equals(DirectText, StringComparison.OrdinalIgnoreCase))
            return Direct;

        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0 || ProtocolOf(text[..scheme]) is not { } protocol)
            return null;
        string authority = text[(scheme + 3)..].TrimEnd('/');
        int colon = authority.LastIndexOf(':');
        return colon > 0
            && int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and <= ushort.MaxValue && (HostOf(authority[..colon]) ?? TemplateOf(authority[..colon])) is { } host
                ? new ProviderEndpoint(protocol, host, port) : null;
    }

    /// <summary>What a scheme stands for; null when it is none of an upstream.</summary>
    internal static UpstreamProtocol? ProtocolOf(string scheme) => scheme.ToLowerInvariant() switch
    {
        "http" => UpstreamProtocol.Http,
        "https" => UpstreamProtocol.Https,
        "socks5" or "socks5h" => UpstreamProtocol.Socks5,
        _ => null,
    };

    /// <summary>A name or address in its usual form, without brackets; null when it is none.</summary>
    internal static string? HostOf(string text)
    {
        if (text.StartsWith('[') && text.EndsWith(']') && IPAddress.TryParse(text[1..^1], out var address))
            return address.ToString();
        return text.Length is > 0 and <= MaxHostLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? text.ToLowerInvariant()
            : null;
    }

    /// <summary>A template keeps its case, since that of a field's name counts.</summary>
    private static string? TemplateOf(string text) =>
        text.Length <= MaxHostLength && text.Contains('{', StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '{' or '}' or '[' or ']') ? text : null;

    public override string ToString() => Protocol switch
    {
        UpstreamProtocol.Direct => DirectText,
        _ => $"{Protocol.ToString().ToLowerInvariant()}://"
            + $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}",
    };
}
