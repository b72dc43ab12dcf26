using System.Globalization;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>One proxy of a list, as it was written.</summary>
/// <param name="Country">ISO 3166-1 alpha-2, lower case; empty when not said.</param>
/// <param name="City">Small letters and digits; empty when not said.</param>
internal sealed record ExitLine(string Host, int Port, string Username, string Password, string Country, string City)
{
    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>
/// A list of proxies as providers hand them out, one a line, in any of the usual orders:
/// <c>host:port</c>, <c>host:port:user:pass</c>, <c>user:pass:host:port</c>, <c>user:pass@host:port</c>,
/// <c>host:port@user:pass</c>; with an optional
/// <c>scheme://</c> before, and optionally <c>,country[,city]</c> after. From <c>#</c> on, a line is a remark. <c>user:pass@</c>
/// is as in a URL, so its <c>%40</c> is an @ (RFC 3986 section 3.2.1); in the other orders a % is a %.
/// </summary>
/// <param name="Protocol">One for all of them: http where none is said.</param>
internal sealed record ExitList(UpstreamProtocol Protocol, IReadOnlyList<ExitLine> Exits)
{
    /// <summary>More than any provider sells as a list; beyond it the snapshot would be large for no use.</summary>
    public const int MaxExits = 20_000;

    /// <param name="problem">What is wrong, naming the line; null when nothing is.</param>
    public static ExitList? Parse(string text, out Phrase? problem)
    {
        var exits = new List<ExitLine>();
        UpstreamProtocol? protocol = null;
        int number = 0;
        foreach (var raw in text.EnumerateLines())
        {
            number++;
            int remark = raw.IndexOf(" #", StringComparison.Ordinal);
            string line = (raw.StartsWith("#") ? "" : remark < 0 ? raw : raw[..remark]).Trim().ToString();
            if (line.Length == 0)
                continue;
            if (Line(line, out var scheme) is not { } exit)
            {
                problem = $"Line {number} is no proxy: give host:port:user:pass, user:pass@host:port, user:pass:host:port, "
                    + $"host:port@user:pass or host:port, then ,country,city if known.";
                return null;
            }
            if (protocol is not null && protocol != scheme)
            {
                problem = $"Line {number} is {scheme}, those before are {protocol}: give each protocol a provider of its own.";
                return null;
            }
            protocol = scheme;
            if (exits.Count == MaxExits)
            {
                problem = $"More than {MaxExits} proxies (line {number}).";
                return null;
            }
            exits.Add(exit);
        }
        problem = exits.Count == 0 ? (Phrase)"The list has no proxy." : null;
        return problem is null ? new ExitList(protocol!.Value, exits) : null;
    }

    private static ExitLine? Line(string line, out UpstreamProtocol scheme)
    {
        scheme = UpstreamProtocol.Http;
        int colons = line.IndexOf("://", StringComparison.Ordinal);
        if (colons >= 0)
        {
            if (ProviderEndpoint.ProtocolOf(line[..colons]) is not { } named)
                return null;
            scheme = named;
            line = line[(colons + 3)..];
        }

        string[] parts = line.Split(',', 3, StringSplitOptions.TrimEntries);
        string country = parts.Length > 1 ? parts[1].ToLowerInvariant() : "", city = parts.Length > 2 ? Plain(parts[2]) : "";
        if (country.Length > 0 && !ProviderSettings.IsCountry(country) || parts.Length > 2 && city.Length == 0)
            return null;
        return Proxy(parts[0].TrimEnd('/')) is var (host, port, username, password)
            && username.Length <= ProviderSettings.MaxCredentialLength && password.Length <= ProviderSettings.MaxCredentialLength
            && !username.Concat(password).Any(char.IsControl)
                ? new ExitLine(host, port, username, password, country, city) : null;
    }

    private static (string Host, int Port, string Username, string Password)? Proxy(string text)
    {
        int at = text.LastIndexOf('@');
        if (at >= 0)
        {
            string before = text[..at], after = text[(at + 1)..];
            // A host and port after the @ is the commoner of the two, so it is tried first.
            if (Place(after) is var (host, port) && Credentials(before) is var (user, pass))
                return (host, port, Uri.UnescapeDataString(user), Uri.UnescapeDataString(pass));
            return Place(before) is var (first, firstPort) && Credentials(after) is var (last, lastPass)
                ? (first, firstPort, last, lastPass)
                : null;
        }
        if (Place(text) is var (alone, alonePort))
            return (alone, alonePort, "", "");

        // host:port:user:pass, where a password may have colons of its own.
        int second = Colon(text, 2);
        if (second > 0 && Place(text[..second]) is var (front, frontPort)
            && Credentials(text[(second + 1)..]) is var (name, secret))
            return (front, frontPort, name, secret);
        // user:pass:host:port
        int beforeLast = text.LastIndexOf(':') is var last1 and > 0 ? text.LastIndexOf(':', last1 - 1) : -1;
        return beforeLast > 0 && Place(text[(beforeLast + 1)..]) is var (back, backPort)
            && Credentials(text[..beforeLast]) is var (owner, key)
                ? (back, backPort, owner, key) : null;
    }

    private static (string Host, int Port)? Place(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and <= ushort.MaxValue && ProviderEndpoint.HostOf(text[..colon]) is { } host
                ? (host, port) : null;
    }

    private static (string Username, string Password)? Credentials(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? (text[..colon], text[(colon + 1)..]) : null;
    }

    /// <summary>Where the <paramref name="count"/>th colon outside of brackets is, or -1.</summary>
    private static int Colon(string text, int count)
    {
        bool inAddress = false;
        for (int i = 0; i < text.Length; i++)
        {
            inAddress = text[i] == '[' || (inAddress && text[i] != ']');
            if (text[i] == ':' && !inAddress && --count == 0)
                return i;
        }
        return -1;
    }

    private static string Plain(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
