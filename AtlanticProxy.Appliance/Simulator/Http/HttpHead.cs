using System.Text;
using AtlanticProxy.Simulator.Transport;

namespace AtlanticProxy.Simulator.Http;

/// <summary>The first line and the headers of a message.</summary>
/// <param name="Bytes">As it came, with the empty line.</param>
internal sealed record HttpHead(string FirstLine, IReadOnlyList<KeyValuePair<string, string>> Headers, int Bytes)
{
    // RFC 9110 section 7.6.1, and what old clients send in their stead.
    private static readonly HashSet<string> s_hopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Proxy-Connection", "Keep-Alive", "Proxy-Authorization", "Proxy-Authenticate", "TE",
    };

    /// <summary>Reads one head; null when the other side ends before its first byte.</summary>
    /// <exception cref="ProtocolException">Not a head, or cut short.</exception>
    public static async ValueTask<HttpHead?> ReadAsync(Peer from)
    {
        while (true)
        {
            int end = from.Buffered.Span.IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var head = Parse(Encoding.Latin1.GetString(from.Buffered.Span[..end]), end + 4);
                from.Advance(head.Bytes);
                return head;
            }
            bool nothingYet = from.Buffered.IsEmpty;
            if (!await from.FillAsync())
                return nothingYet ? null : throw new ProtocolException("The head was cut short.");
        }
    }

    public string? this[string name]
    {
        get
        {
            foreach (var header in Headers)
                if (header.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                    return header.Value;
            return null;
        }
    }

    /// <summary>Whether a comma-separated header names <paramref name="token"/>.</summary>
    public bool Has(string name, string token) =>
        Headers.Any(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)
            && h.Value.Split(',').Any(t => t.Trim().Equals(token, StringComparison.OrdinalIgnoreCase)));

    /// <summary>
    /// The head to send on: another first line, without the headers of this hop, and with <paramref name="added"/> ones.
    /// </summary>
    public byte[] Forward(string firstLine, params string[] added)
    {
        var named = Headers.Where(h => h.Key.Equals("Connection", StringComparison.OrdinalIgnoreCase))
            .SelectMany(h => h.Value.Split(',')).Select(t => t.Trim()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var text = new StringBuilder(Bytes).Append(firstLine).Append("\r\n");
        foreach (var (name, value) in Headers)
            if (!s_hopByHop.Contains(name)
                && (!named.Contains(name) || name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase)))
                text.Append(name).Append(": ").Append(value).Append("\r\n");
        foreach (string header in added)
            text.Append(header).Append("\r\n");
        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }

    private static HttpHead Parse(string text, int bytes)
    {
        string[] lines = text.Split("\r\n");
        var headers = new List<KeyValuePair<string, string>>(lines.Length - 1);
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1)
                throw new ProtocolException($"Not a header: {line}");
            headers.Add(new(line[..colon], line[(colon + 1)..].Trim()));
        }
        return new HttpHead(lines[0], headers, bytes);
    }
}
