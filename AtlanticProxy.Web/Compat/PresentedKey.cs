using System.Text;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat;

/// <summary>
/// Finds the key in a request, wherever a vendor's clients put theirs: it is one of our tokens, and checked as such.
/// </summary>
internal static class PresentedKey
{
    private const string Basic = "Basic", OwnHeader = "X-Access-Token";

    private static readonly string[] Schemes = ["Bearer", "Token"];

    /// <summary>As it was sent; null: there is none.</summary>
    public static string? Of(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString().Trim();
        if (header.Length == 0)
            return request.Headers[OwnHeader].ToString().Trim() is { Length: > 0 } key ? key : null;
        int space = header.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
            return header;
        string scheme = header[..space], rest = header[(space + 1)..].Trim();
        return scheme.Equals(Basic, StringComparison.OrdinalIgnoreCase) ? PasswordOf(rest)
            : Schemes.Contains(scheme, StringComparer.OrdinalIgnoreCase) ? rest
            : null;
    }

    /// <summary>RFC 7617: what follows the first colon. The name does not count.</summary>
    private static string? PasswordOf(string encoded)
    {
        byte[] bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out int length))
            return null;
        string pair = Encoding.UTF8.GetString(bytes, 0, length);
        int colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : pair[(colon + 1)..];
    }
}
