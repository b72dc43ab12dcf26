using System.Globalization;
using System.Net;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine;

/// <summary>
/// Ports that carry a proxy user and targeting, for clients that can say neither: from the user's allowed networks nothing more
/// is needed, from elsewhere the user's own name and password are. With <c>{port}</c> in the targeting, each port is a session of
/// its own.
/// </summary>
public sealed class StickyPortRange
{
    private const string PortField = "{port}";

    /// <summary>Address and ports: <c>0.0.0.0:10000-10099</c>, or one port.</summary>
    public string Listen { get; set; } = "";

    /// <summary>Name of the proxy user.</summary>
    public string ProxyUser { get; set; } = "";

    /// <summary>
    /// Targeting, as it would follow the name in a username of this product's own grammar: <c>country-us-session-p{port}</c>. May
    /// be empty.
    /// </summary>
    public string Targeting { get; set; } = "";

    /// <summary>What is wrong with it, or null.</summary>
    internal string? Problem()
    {
        if (!TryParse(out _, out _))
            return $"'{Listen}' is not address:first-last, for example 0.0.0.0:10000-10099.";
        if (!ProxyUserName.IsValid(ProxyUser))
            return $"'{ProxyUser}' cannot be a proxy user's name.";
        return Parse(port: ushort.MaxValue).Problem is { } problem
            ? $"targeting '{Targeting}' is not understood: {problem}"
            : null;
    }

    /// <summary>The endpoints, in order. Of valid settings only.</summary>
    public IEnumerable<IPEndPoint> Endpoints()
    {
        if (!TryParse(out var first, out int last))
            throw new FormatException($"'{Listen}' is not address:first-last");
        for (int port = first.Port; port <= last; port++)
            yield return new IPEndPoint(first.Address, port);
    }

    /// <summary>Whose port the one with this number is.</summary>
    internal PortOwner OwnerOf(int port) => new(ProxyUser, Parse(port).Targeting);

    private ParsedUsername Parse(int port) =>
        UsernameParser.ParseTargeting(ProxyUser,
            Targeting.Replace(PortField, port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

    private bool TryParse(out IPEndPoint first, out int last)
    {
        last = 0;
        int dash = Listen.LastIndexOf('-');
        string begin = dash < 0 ? Listen : Listen[..dash];
        if (!IPEndPoint.TryParse(begin, out first!) || !begin.EndsWith($":{first.Port}", StringComparison.Ordinal))
            return false;
        last = first.Port;
        return dash < 0 || int.TryParse(Listen.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out last)
            && last >= first.Port && last <= ushort.MaxValue;
    }
}
