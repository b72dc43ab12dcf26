using System.Net;

namespace AtlanticProxy.Engine;

/// <summary>Settings of the proxy engine: section <c>Engine</c> of the configuration.</summary>
public sealed class EngineOptions
{
    /// <summary>Name of this node in <c>Proxy-Status</c>, usage batches and logs: an RFC 8941 token.</summary>
    public string NodeName { get; set; } = "atlantic";

    /// <summary>
    /// Listeners that speak HTTP, CONNECT and SOCKS5, told apart by the first byte. <c>address:port</c>; port 0 picks a free one.
    /// </summary>
    public IList<string> Mixed { get; init; } = [];

    /// <summary>Listeners that speak the same inside TLS; they need <see cref="TlsCertificateFile"/>.</summary>
    public IList<string> Tls { get; init; } = [];

    /// <summary>
    /// Certificate of the proxy, PEM, with its chain behind it. Empty for none; with one, TLS is also understood on the mixed
    /// port. Read again when the file changes.
    /// </summary>
    public string TlsCertificateFile { get; set; } = "";

    /// <summary>Private key of the certificate, PEM; empty when it is in the certificate's file.</summary>
    public string TlsKeyFile { get; set; } = "";

    /// <summary>
    /// Whether the certificate's file may not be there yet: TLS is refused until it is (<see cref="AwaitTlsCertificate"/>).
    /// </summary>
    public bool TlsCertificateIsAwaited { get; private set; }

    /// <summary>Certificate authorities, PEM, that HTTPS upstreams must be certified by; empty for the system's.</summary>
    public string UpstreamCaFile { get; set; } = "";

    /// <summary>
    /// Networks (CIDR) of load balancers that begin every connection with a PROXY protocol header, version 1 or 2. From there a
    /// connection without one is dropped; from anywhere else the header is not understood.
    /// </summary>
    public IList<string> ProxyProtocolFrom { get; init; } = [];

    /// <summary>Ports that stand for a proxy user with fixed targeting.</summary>
    public IList<StickyPortRange> StickyPorts { get; init; } = [];

    /// <summary>
    /// Address that UDP ASSOCIATE (SOCKS5) tells clients to send their datagrams to; empty for the one at which they reached the
    /// proxy. To be set where that is not what they know it by: behind NAT or a load balancer, which must pass on UDP to every
    /// port.
    /// </summary>
    public string UdpAddress { get; set; } = "";

    /// <summary>Listeners that speak Shadowsocks, each on TCP and UDP.</summary>
    public IList<string> Shadowsocks { get; init; } = [];

    /// <summary>Event loops, one thread each; 0 is one a core.</summary>
    public int Loops { get; set; }

    /// <summary>Client connections at a time on this node; 0 derives it from the file descriptor limit.</summary>
    public int MaxConnections { get; set; }

    /// <summary>
    /// Client connections at a time from one address (IPv6: one /64); 0 for any number. 16384: a scraper behind one address keeps
    /// a few thousand, and no single one should take all that a node has.
    /// </summary>
    public int MaxConnectionsPerAddress { get; set; } = 16384;

    /// <summary>Share of memory in use from which connections that only wait for another request are dropped.</summary>
    public double MemoryDropWaitingAt { get; set; } = 0.92;

    /// <summary>Share of memory in use from which new connections are refused.</summary>
    public double MemoryRefuseAt { get; set; } = 0.95;

    /// <summary>Destination networks that are exempt from the private-address guard (CIDR).</summary>
    public IList<string> AllowedPrivateNetworks { get; init; } = [];

    /// <summary>Destination ports that are refused. 25: open relays for mail get a network blocked.</summary>
    public IList<int> DeniedPorts { get; init; } = [25];

    /// <summary>
    /// Folder of block lists: one folder a category (<c>ads</c>, <c>malware</c>), in it any number of files in hosts or adblock
    /// form. Empty for none.
    /// </summary>
    public string BlockListFolder { get; set; } = "";

    /// <summary>
    /// Time for a client to send a whole request head, and for a connection to say anything at all. 30 s: Kestrel's
    /// RequestHeadersTimeout.
    /// </summary>
    public TimeSpan HeadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Time for one dial, up to the upstream's answer to our CONNECT. 10 s: Envoy and HAProxy deployments commonly use 5 to 10.
    /// </summary>
    public TimeSpan DialTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Names of destinations that are looked up at a time, one thread each, for providers that send from this machine's own
    /// addresses; one customer gets half of them at most. 32: at 20 ms an answer, 1600 new names a second, and a few customers
    /// whose name servers are silent do not take all of them.
    /// </summary>
    public int ResolverThreads { get; set; } = 32;

    /// <summary>
    /// A small page, <c>http://</c>, that is fetched through each provider to learn whether it works; empty for no probes. The
    /// default answers 204 with an empty body: about 1 KB of a provider's traffic a probe.
    /// </summary>
    public string ProbeUrl { get; set; } = "http://cp.cloudflare.com/generate_204";

    /// <summary>
    /// Time between two probes of a provider. 30 s: with the breaker's own trials, no outage goes unseen for longer.
    /// </summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Time for the first byte of a plain HTTP response, after the last of the request. 60 s: nginx proxy_read_timeout.
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A tunnel with no byte in either direction for this long is closed. 10 min: NAT tables keep idle TCP at least that long.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// An association of datagrams with none in either direction for this long is closed. 2 min: the least that RFC 4787 section
    /// 4.3 allows a NAT.
    /// </summary>
    public TimeSpan DatagramIdleTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// A tunnel, an association of datagrams, or one request in plain HTTP is ended this long after it began, however busy; zero
    /// for never.
    /// </summary>
    public TimeSpan TotalTimeout { get; set; }

    /// <summary>
    /// Share of served connections that the connection log hears of: 1 all, 0.1 a tenth, 0 switches the log off. Refusals are
    /// logged always while it is on.
    /// </summary>
    public double ConnectionLogSample { get; set; } = 1;

    /// <summary>
    /// Served connections, and as many refusals, of one proxy user that the log takes a minute on this node. 120: two a second
    /// are more than a person reads, and a thousand busy users then write what PostgreSQL takes without effort.
    /// </summary>
    public int ConnectionLogPerUser { get; set; } = 120;

    /// <summary>Time that open tunnels get on a graceful stop.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Takes the certificate, with its key, from a file that is made while the engine runs.</summary>
    public void AwaitTlsCertificate(string file) => (TlsCertificateFile, TlsKeyFile, TlsCertificateIsAwaited) = (file, "", true);

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (string listener in Mixed)
            if (!IPEndPoint.TryParse(listener, out _))
                yield return $"Engine:Mixed: '{listener}' is not address:port, for example 0.0.0.0:8080 or [::]:8080.";
        foreach (string listener in Tls)
            if (!IPEndPoint.TryParse(listener, out _))
                yield return $"Engine:Tls: '{listener}' is not address:port, for example 0.0.0.0:8443.";
        if (Tls.Count > 0 && TlsCertificateFile.Length == 0)
            yield return "Engine:Tls: a listener inside TLS needs a certificate: set Engine:TlsCertificateFile, or give the "
                + "portal one (Portal:HostName, Portal:CertificateFile).";
        foreach (var (name, file) in new[]
        {
            (nameof(TlsCertificateFile), TlsCertificateFile), (nameof(TlsKeyFile), TlsKeyFile),
            (nameof(UpstreamCaFile), UpstreamCaFile),
        })
            if (file.Length > 0 && !File.Exists(file) && !(TlsCertificateIsAwaited && file == TlsCertificateFile))
                yield return $"Engine:{name}: there is no file '{file}'.";
        foreach (string network in ProxyProtocolFrom)
            if (!IPNetwork.TryParse(network, out _))
                yield return $"Engine:ProxyProtocolFrom: '{network}' is not a network, for example 10.0.0.0/8.";
        foreach (string problem in StickyPorts.Select(range => range.Problem()).OfType<string>())
            yield return $"Engine:StickyPorts: {problem}";
        if (MaxConnectionsPerAddress < 0)
            yield return $"Engine:MaxConnectionsPerAddress: {MaxConnectionsPerAddress} is negative; 0 is any number.";
        if (!(MemoryDropWaitingAt is > 0 and <= 1 && MemoryRefuseAt is > 0 and <= 1 && MemoryDropWaitingAt <= MemoryRefuseAt))
            yield return $"Engine:MemoryDropWaitingAt, MemoryRefuseAt: {MemoryDropWaitingAt} and {MemoryRefuseAt} must be over "
                + "0, at most 1, and in this order.";
        if (TotalTimeout < TimeSpan.Zero || TotalTimeout > TimeSpan.FromDays(1))
            yield return $"Engine:TotalTimeout: {TotalTimeout} is not between 0 (never) and one day.";
        if (UdpAddress.Length > 0 && !IPAddress.TryParse(UdpAddress, out _))
            yield return $"Engine:UdpAddress: '{UdpAddress}' is not an address, for example 203.0.113.7.";
        foreach (string listener in Shadowsocks)
            if (!IPEndPoint.TryParse(listener, out _))
                yield return $"Engine:Shadowsocks: '{listener}' is not address:port, for example 0.0.0.0:8388.";
        foreach (string network in AllowedPrivateNetworks)
            if (!IPNetwork.TryParse(network, out _))
                yield return $"Engine:AllowedPrivateNetworks: '{network}' is not a network, for example 10.0.0.0/8.";
        foreach (int port in DeniedPorts)
            if (port is < 1 or > ushort.MaxValue)
                yield return $"Engine:DeniedPorts: {port} is not a port (1 to 65535).";
        if (Loops is < 0 or > 256)
            yield return $"Engine:Loops: {Loops} is not between 0 (one a core) and 256.";
        if (MaxConnections < 0)
            yield return $"Engine:MaxConnections: {MaxConnections} is negative; 0 derives it from the file descriptor limit.";
        if (ResolverThreads is < 2 or > 1024)
            yield return $"Engine:ResolverThreads: {ResolverThreads} is not between 2 and 1024.";
        if (NodeName.Length is 0 or > 64 || !NodeName.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            || !char.IsAsciiLetter(NodeName[0]))
            yield return $"Engine:NodeName: '{NodeName}' must be 1 to 64 of letters, digits, '-', '_' and '.', beginning with "
                + "a letter.";
        foreach (var (name, value) in new[]
        {
            (nameof(HeadTimeout), HeadTimeout), (nameof(DialTimeout), DialTimeout), (nameof(ResponseTimeout), ResponseTimeout),
            (nameof(ProbeInterval), ProbeInterval), (nameof(IdleTimeout), IdleTimeout),
            (nameof(DatagramIdleTimeout), DatagramIdleTimeout),
        })
            if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
                yield return $"Engine:{name}: {value} is not between 0 and one day.";
        if (ProbeUrl.Length > 0 && !(Uri.TryCreate(ProbeUrl, UriKind.Absolute, out var page) && page.Scheme == Uri.UriSchemeHttp))
            yield return $"Engine:ProbeUrl: '{ProbeUrl}' is not an http:// address; leave it empty for no probes.";
        if (!(ConnectionLogSample is >= 0 and <= 1))
            yield return $"Engine:ConnectionLogSample: {ConnectionLogSample} is not between 0 (off) and 1 (every connection).";
        if (ConnectionLogPerUser is < 1 or > 1_000_000)
            yield return $"Engine:ConnectionLogPerUser: {ConnectionLogPerUser} is not between 1 and 1000000 a minute.";
        if (DrainTimeout < TimeSpan.Zero || DrainTimeout > TimeSpan.FromHours(1))
            yield return $"Engine:DrainTimeout: {DrainTimeout} is not between 0 and one hour.";
    }
}
