using System.Globalization;
using AtlanticProxy.ControlPlane.Site;

namespace AtlanticProxy.Web;

/// <summary>Settings of the web portal: section <c>Portal</c> of the configuration.</summary>
public sealed class PortalOptions
{
    /// <summary>As long as stands in two lines on a phone.</summary>
    public const int MaxBannerLength = 120;

    /// <summary>hstspreload.org, "Submission Requirements": 31 536 000 s.</summary>
    private static readonly TimeSpan LeastPreloadAge = TimeSpan.FromDays(365);

    /// <summary>Beyond any use; a mistyped number of days would bind browsers for a lifetime.</summary>
    private static readonly TimeSpan LongestHsts = TimeSpan.FromDays(3653);

    /// <summary>
    /// Text above every page, for what must not be taken for the real service: a staging appliance, say. Empty: none.
    /// </summary>
    public string Banner { get; set; } = "";

    /// <summary>The name that customers see.</summary>
    public string BrandName { get; set; } = "AtlanticProxy";

    /// <summary>
    /// Host name that people reach the portal by. With <c>Acme:AgreeToTerms</c> the portal gets a certificate for it; plain HTTP
    /// leads to it.
    /// </summary>
    public string HostName { get; set; } = "";

    /// <summary>
    /// Treats every request as HTTPS, for a proxy before the portal that ends TLS and sends no X-Forwarded-Proto. One that does
    /// is named in <see cref="TrustedProxies"/>; where the portal serves HTTPS itself, neither is needed.
    /// </summary>
    public bool Secure { get; set; }

    /// <summary>
    /// Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: networks (CIDR), addresses, or <c>cloudflare</c> for the
    /// networks that Cloudflare publishes.
    /// </summary>
    public IList<string> TrustedProxies { get; init; } = [];

    /// <summary>
    /// How long browsers are to insist on HTTPS for this host (HSTS, RFC 6797); unset, they are told nothing. Zero takes back
    /// what they were told before.
    /// </summary>
    public TimeSpan? HstsMaxAge { get; set; }

    /// <summary>Whether that holds for every name below this one, too.</summary>
    public bool HstsIncludeSubDomains { get; set; }

    /// <summary>
    /// Whether browsers' makers may put the host into their list of those that are only reached by HTTPS (hstspreload.org).
    /// </summary>
    public bool HstsPreload { get; set; }

    /// <summary>
    /// What customers put into their proxy client: <c>host:port</c>. Empty is <see cref="HostName"/>, or without one the name
    /// they reached the portal by, with <see cref="ProxyPort"/>.
    /// </summary>
    public string ProxyEndpoint { get; set; } = "";

    /// <summary>Port of the proxy's mixed listener. 8080: contracts.</summary>
    public int ProxyPort { get; set; } = 8080;

    /// <summary>Port of the mixed listener inside TLS, as clients reach it; 0 when there is none.</summary>
    public int TlsPort { get; set; }

    /// <summary>Port of the portal's HTTPS, as people reach it; 0 when it serves none.</summary>
    public int HttpsPort { get; set; }

    /// <summary>Port that speaks Shadowsocks, as clients reach it; 0 when there is none.</summary>
    public int ShadowsocksPort { get; set; }

    /// <summary>Ports that stand for a proxy user: told to that one's customer.</summary>
    public IList<StickyPorts> StickyPorts { get; init; } = [];

    /// <summary>
    /// What the lines that customers copy fetch through the proxy: any address with an answer. IANA keeps this one for examples.
    /// </summary>
    public string ExampleUrl { get; set; } = "https://example.com/";

    /// <summary>
    /// A page that shows its caller's address: what setup fetches to test a provider, and customers to test an endpoint.
    /// ipinfo.io's also names the country.
    /// </summary>
    public string ExitPageUrl { get; set; } = "http://ipinfo.io/json";

    /// <summary>
    /// Connections at a time; more are closed at once. 512: half of the file descriptors that proxied traffic leaves free.
    /// Without any left, the runtime cannot even start a thread, and the process ends.
    /// </summary>
    public int MaxConnections { get; set; } = 512;

    /// <summary>
    /// Requests a second that one signed-in account, or one address that is not signed in, may send for long. 50: many tabs of
    /// live pages, and less than would slow the others down.
    /// </summary>
    public int RequestsPerSecond { get; set; } = 50;

    /// <summary>Requests that it may send at once. 300: a browser that opens a session's tabs again.</summary>
    public int RequestBurst { get; set; } = 300;

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

    /// <summary>Requests of one token of the web API a second, in the long run: a script that works through a list.</summary>
    public int ApiRequestsPerSecond { get; set; } = 50;

    /// <summary>Requests of one token at once.</summary>
    public int ApiRequestBurst { get; set; } = 500;

    /// <summary>
    /// Wrong tokens of one address (an IPv6 /64 is one) per <see cref="SignInWindow"/> that are answered as wrong; then, with
    /// 429.
    /// </summary>
    public int ApiWrongTokensPerAddress { get; set; } = 100;

    /// <summary>5 minutes: the span of ASP.NET Core Identity's own lockout.</summary>
    public TimeSpan SignInWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Mails about accounts that one address (an IPv6 /64 is one) can ask for per <see cref="MailWindow"/>; an office behind one
    /// address shares them.
    /// </summary>
    public int MailsPerAddress { get; set; } = 10;

    /// <summary>Mails that anybody can have sent to one recipient per <see cref="MailWindow"/>: one that is lost, and two
    /// more.</summary>
    public int MailsPerAccount { get; set; } = 3;

    /// <summary>Accounts that one address can ask for per <see cref="MailWindow"/>: nobody needs a second one.</summary>
    public int SignUpsPerAddress { get; set; } = 5;

    /// <summary>An hour: mail that has not come by then was lost.</summary>
    public TimeSpan MailWindow { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What Strict-Transport-Security says; null when it is not sent.</summary>
    /// <param name="atResellers">At a reseller's host name: what is below it is not the operator's to decide about.</param>
    internal string? StrictTransportSecurity(bool atResellers) => HstsMaxAge is not { } age ? null
        : string.Create(CultureInfo.InvariantCulture,
            $"max-age={(long)age.TotalSeconds}{(HstsIncludeSubDomains && !atResellers ? "; includeSubDomains" : "")}"
            + $"{(HstsPreload && !atResellers ? "; preload" : "")}");

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (!SiteSettings.IsBrandName(BrandName))
            yield return $"Portal:BrandName: must be 1 to {SiteSettings.MaxBrandNameLength} characters.";
        if (Banner.Length > MaxBannerLength || Banner.Any(char.IsControl))
            yield return $"Portal:Banner: must be one line of at most {MaxBannerLength} characters.";
        if (ProxyPort is < 1 or > ushort.MaxValue)
            yield return $"Portal:ProxyPort: {ProxyPort} is not a port (1 to 65535).";
        foreach (var (name, port) in new[] { (nameof(TlsPort), TlsPort), (nameof(HttpsPort), HttpsPort),
            (nameof(ShadowsocksPort), ShadowsocksPort) })
            if (port is < 0 or > ushort.MaxValue)
                yield return $"Portal:{name}: {port} is not a port (1 to 65535), nor 0 for none.";
        if (ProxyEndpoint.Length > 0 && !IsHostAndPort(ProxyEndpoint))
            yield return $"Portal:ProxyEndpoint: '{ProxyEndpoint}' is not host:port, for example proxy.example.com:8080.";
        if (HostName.Length > 0 && !SiteSettings.IsHostName(HostName))
            yield return $"Portal:HostName: '{HostName}' is not a host name, for example portal.example.com "
                + "(names outside ASCII in their xn-- form).";
        foreach (string problem in Security.TrustedProxies.Validate(TrustedProxies).Concat(ValidateHsts()))
            yield return problem;
        if (!Uri.TryCreate(ExampleUrl, UriKind.Absolute, out var example) || example.Scheme is not ("http" or "https")
            || ExampleUrl.AsSpan().ContainsAny("'\"\\` "))
            yield return $"Portal:ExampleUrl: '{ExampleUrl}' is not an address such as https://example.com/.";
        if (!Uri.TryCreate(ExitPageUrl, UriKind.Absolute, out var shown) || shown.Scheme is not ("http" or "https"))
            yield return $"Portal:ExitPageUrl: '{ExitPageUrl}' is not an address such as http://ipinfo.io/json.";
        if (MaxConnections < 1)
            yield return $"Portal:MaxConnections: {MaxConnections} must be at least 1.";
        if (RequestsPerSecond < 1 || RequestBurst < RequestsPerSecond)
            yield return "Portal:RequestsPerSecond must be at least 1, and Portal:RequestBurst at least as many.";
        if (ApiRequestsPerSecond < 1 || ApiRequestBurst < ApiRequestsPerSecond)
            yield return "Portal:ApiRequestsPerSecond must be at least 1, and Portal:ApiRequestBurst at least as many.";
        if (ApiWrongTokensPerAddress < 1)
            yield return "Portal:ApiWrongTokensPerAddress must be at least 1.";
        if (SignInsPerAddress < 1 || SignInsPerAccount < 1 || SignInsOfStrangers < 1)
            yield return "Portal:SignInsPerAddress, Portal:SignInsPerAccount and Portal:SignInsOfStrangers must be at least 1.";
        if (SignInWindow <= TimeSpan.Zero || SignInWindow > TimeSpan.FromDays(1))
            yield return $"Portal:SignInWindow: {SignInWindow} is not between 0 and one day.";
        if (MailsPerAddress < 1 || MailsPerAccount < 1 || SignUpsPerAddress < 1)
            yield return "Portal:MailsPerAddress, Portal:MailsPerAccount and Portal:SignUpsPerAddress must be at least 1.";
        if (MailWindow <= TimeSpan.Zero || MailWindow > TimeSpan.FromDays(1))
            yield return $"Portal:MailWindow: {MailWindow} is not between 0 and one day.";
    }

    /// <summary>The preload list's own demands: hstspreload.org, "Submission Requirements".</summary>
    private IEnumerable<string> ValidateHsts()
    {
        if (HstsMaxAge < TimeSpan.Zero || HstsMaxAge > LongestHsts)
            yield return $"Portal:HstsMaxAge: {HstsMaxAge} is not between 0 and ten years (365.00:00:00 is a year).";
        if (HstsMaxAge is null && (HstsIncludeSubDomains || HstsPreload))
            yield return "Portal:HstsIncludeSubDomains, HstsPreload: nothing is sent without Portal:HstsMaxAge; "
                + "set that, too (365.00:00:00 is a year).";
        else if (HstsPreload && (HstsMaxAge < LeastPreloadAge || !HstsIncludeSubDomains))
            yield return "Portal:HstsPreload: the preload list demands Portal:HstsMaxAge "
                + "of at least a year (365.00:00:00) and Portal:HstsIncludeSubDomains.";
    }

    private static bool IsHostAndPort(string text) =>
        Uri.TryCreate($"http://{text}", UriKind.Absolute, out var uri) && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0
        && text.EndsWith($":{uri.Port}", StringComparison.Ordinal);
}

/// <summary>Ports that stand for a proxy user, each with a session of its own if its targeting says so.</summary>
/// <param name="Ports">First and last, or one: <c>10000-10099</c>.</param>
/// <param name="Targeting">What their connections ask for; may be empty.</param>
public sealed record StickyPorts(string ProxyUser, string Ports, string Targeting);
