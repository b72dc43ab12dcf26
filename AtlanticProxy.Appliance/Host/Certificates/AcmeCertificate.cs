using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AtlanticProxy.Engine.Tls;

namespace AtlanticProxy.Host.Certificates;

/// <summary>
/// The certificate that an authority is asked for, for one host name: the portal's own or a reseller's. A failure of one does not
/// affect the others.
/// </summary>
/// <param name="renewWhenLeft">Share of its life that is left when it is renewed.</param>
internal sealed class AcmeCertificate(string name, AcmeFiles files, double renewWhenLeft, TimeProvider time, ILogger log)
{
    /// <summary>What the portal speaks inside TLS.</summary>
    public static readonly IReadOnlyList<SslApplicationProtocol> Protocols =
        [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private volatile AcmeState? _beforeOrder;

    public string Name => name;

    public AcmeFiles Files => files;

    /// <summary>Set during an order, null otherwise: what is on disk then only matters if the process stops meanwhile.</summary>
    public AcmeState? BeforeOrder { set => _beforeOrder = value; }

    /// <summary>How it stands; during an order, as before it.</summary>
    public AcmeState State => _beforeOrder ?? files.Read();

    public ServerCertificate Served { get; } = new(files.Certificate, "", Protocols, time, log);

    public X509Certificate2? Leaf => Served.Leaf;

    /// <summary>Whether there is one for this name, even if it has expired.</summary>
    public bool IsForName => Leaf is { } leaf && IsFor(leaf, name);

    /// <summary>Whether browsers accept it now.</summary>
    public bool IsGood => Leaf is { } leaf && IsFor(leaf, name) && IsValid(leaf, time.GetUtcNow());

    /// <summary>When the authority is asked next, or first DNS for a reseller's name.</summary>
    public DateTimeOffset NextAttempt(AcmeState state)
    {
        var due = state.RetryAt ?? (Leaf is { } leaf && IsFor(leaf, name)
            ? AcmeSchedule.RenewAt(leaf.NotBefore.ToUniversalTime(), leaf.NotAfter.ToUniversalTime(), renewWhenLeft)
            : DateTimeOffset.MinValue);
        return state.Dns?.At + AcmeSchedule.DnsPause is { } look && look > due ? look : due;
    }

    /// <summary>Whether a person may have the authority asked now.</summary>
    public static bool MayRetry(AcmeState state, DateTimeOffset now) =>
        state.LastError is not null && state.LastAttempt + AcmeSchedule.LeastPause <= now && state.RetryAt > now;

    /// <summary>Makes it due at once.</summary>
    /// <returns>False when the authority must be left alone for longer.</returns>
    public bool TryRetry()
    {
        var (state, now) = (files.Read(), time.GetUtcNow());
        if (!MayRetry(state, now))
            return false;
        files.Write(state with { RetryAt = now });
        return true;
    }

    /// <summary>Whether a browser that asks for <paramref name="host"/> accepts it.</summary>
    public static bool IsFor(X509Certificate2 leaf, string host) =>
        Uri.CheckHostName(host) != UriHostNameType.Unknown && leaf.MatchesHostname(host.Trim('[', ']'));

    public static bool IsValid(X509Certificate2 leaf, DateTimeOffset now) =>
        leaf.NotBefore.ToUniversalTime() <= now && now < leaf.NotAfter.ToUniversalTime();
}
