namespace AtlanticProxy.Web;

/// <summary>Settings of the web portal: section <c>Portal</c> of the configuration.</summary>
public sealed class PortalOptions
{
    public const int MaxBrandNameLength = 40;

    /// <summary>The name that customers see.</summary>
    public string BrandName { get; set; } = "AtlanticProxy";

    /// <summary>
    /// Whether people reach the portal by HTTPS, here or at a proxy before it: cookies are then Secure with a <c>__Host-</c>
    /// name, and HSTS is sent.
    /// </summary>
    public bool Secure { get; set; }

    /// <summary>
    /// What customers put into their proxy client: <c>host:port</c>. Empty is the name they reached the portal by, with <see
    /// cref="ProxyPort"/>.
    /// </summary>
    public string ProxyEndpoint { get; set; } = "";

    /// <summary>Port of the proxy's mixed listener. 8080: contracts.</summary>
    public int ProxyPort { get; set; } = 8080;

    /// <summary>Port of the mixed listener inside TLS, as clients reach it; 0 when there is none.</summary>
    public int TlsPort { get; set; }

    /// <summary>Port that speaks Shadowsocks, as clients reach it; 0 when there is none.</summary>
    public int ShadowsocksPort { get; set; }

    /// <summary>Ports that stand for a proxy user: told to that one's customer.</summary>
    public IList<StickyPorts> StickyPorts { get; init; } = [];

    /// <summary>
    /// Connections at a time; more are closed at once. 512: half of the file descriptors that proxied traffic leaves free.
    /// Without any left, the runtime cannot even start a thread, and the process ends.
    /// </summary>
    public int MaxConnections { get; set; } = 512;

    /// <summary>
    /// Failed sign-ins that one address has per <see cref="SignInWindow"/>; an office behind one address shares them.
    /// </summary>
    public int SignInsPerAddress { get; set; } = 30;

    /// <summary>
    /// Failed sign-ins that one account has per <see cref="SignInWindow"/> from one address, or from one known browser, whether
    /// or not the account exists.
    /// </summary>
    public int SignInsPerAccount { get; set; } = 8;

    /// <summary>
    /// Failed sign-ins that one account has per <see cref="SignInWindow"/> from all addresses together; then only browsers and
    /// addresses that have signed in before are served. 100: below NIST SP 800-63B's bound for online guessing.
    /// </summary>
    public int SignInsOfStrangers { get; set; } = 100;

    /// <summary>5 minutes: the span of ASP.NET Core Identity's own lockout.</summary>
    public TimeSpan SignInWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (string.IsNullOrWhiteSpace(BrandName) || BrandName.Length > MaxBrandNameLength)
            yield return $"Portal:BrandName: must be 1 to {MaxBrandNameLength} characters.";
        if (ProxyPort is < 1 or > ushort.MaxValue)
            yield return $"Portal:ProxyPort: {ProxyPort} is not a port (1 to 65535).";
        foreach (var (name, port) in new[] { (nameof(TlsPort), TlsPort), (nameof(ShadowsocksPort), ShadowsocksPort) })
            if (port is < 0 or > ushort.MaxValue)
                yield return $"Portal:{name}: {port} is not a port (1 to 65535), nor 0 for none.";
        if (ProxyEndpoint.Length > 0 && !IsHostAndPort(ProxyEndpoint))
            yield return $"Portal:ProxyEndpoint: '{ProxyEndpoint}' is not host:port, for example proxy.example.com:8080.";
        if (MaxConnections < 1)
            yield return $"Portal:MaxConnections: {MaxConnections} must be at least 1.";
        if (SignInsPerAddress < 1 || SignInsPerAccount < 1 || SignInsOfStrangers < 1)
            yield return "Portal:SignInsPerAddress, Portal:SignInsPerAccount and Portal:SignInsOfStrangers must be at least 1.";
        if (SignInWindow <= TimeSpan.Zero || SignInWindow > TimeSpan.FromDays(1))
            yield return $"Portal:SignInWindow: {SignInWindow} is not between 0 and one day.";
    }

    private static bool IsHostAndPort(string text) =>
        Uri.TryCreate($"http://{text}", UriKind.Absolute, out var uri) && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0
        && text.EndsWith($":{uri.Port}", StringComparison.Ordinal);
}

/// <summary>Ports that stand for a proxy user, each with a session of its own if its targeting says so.</summary>
/// <param name="Ports">First and last, or one: <c>10000-10099</c>.</param>
/// <param name="Targeting">What their connections ask for; may be empty.</param>
public sealed record StickyPorts(string ProxyUser, string Ports, string Targeting);
