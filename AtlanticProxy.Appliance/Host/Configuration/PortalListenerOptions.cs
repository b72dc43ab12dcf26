using System.Net;

namespace AtlanticProxy.Host.Configuration;

/// <summary>
/// Where the portal listens and who may ask for health: section <c>Portal</c>, which it shares with the pages' own options.
/// </summary>
public sealed class PortalListenerOptions
{
    /// <summary>
    /// <c>address:port</c>; port 0 picks a free one. Loopback until HTTPS is set up: sign-in in clear text must be a decision.
    /// </summary>
    public string Listen { get; set; } = "127.0.0.1:8000";

    /// <summary>
    /// Where it serves HTTPS, <c>address:port</c>. Without this, and with a certificate: port 443 of all addresses, and port 80
    /// for
    /// <see cref="HttpListen"/>.
    /// </summary>
    public string HttpsListen { get; set; } = "";

    /// <summary>
    /// Where plain HTTP leads to HTTPS and ACME's challenges are answered, <c>address:port</c>. It shows no pages.
    /// </summary>
    public string HttpListen { get; set; } = "";

    /// <summary>
    /// Certificate that the portal serves HTTPS with, PEM, with its chain behind it. Read again when the file changes.
    /// </summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>Private key of the certificate, PEM; empty when it is in the certificate's file.</summary>
    public string CertificateKeyFile { get; set; } = "";

    /// <summary>Networks (CIDR) that may read <c>/health</c>; loopback always may.</summary>
    public IList<string> HealthNetworks { get; init; } = [];

    public IPEndPoint Endpoint => IPEndPoint.Parse(Listen);

    public IEnumerable<string> Validate()
    {
        if (!IPEndPoint.TryParse(Listen, out _) || !Listen.Contains(':', StringComparison.Ordinal))
            yield return $"Portal:Listen: '{Listen}' is not address:port, for example 127.0.0.1:8000.";
        foreach (var (name, listener) in new[] { (nameof(HttpsListen), HttpsListen), (nameof(HttpListen), HttpListen) })
            if (listener.Length > 0
                && !(IPEndPoint.TryParse(listener, out _) && listener.Contains(':', StringComparison.Ordinal)))
                yield return $"Portal:{name}: '{listener}' is not address:port, for example 0.0.0.0:443.";
        foreach (var (name, file) in new[] { (nameof(CertificateFile), CertificateFile),
            (nameof(CertificateKeyFile), CertificateKeyFile) })
            if (file.Length > 0 && !File.Exists(file))
                yield return $"Portal:{name}: there is no file '{file}'.";
        if (CertificateKeyFile.Length > 0 && CertificateFile.Length == 0)
            yield return "Portal:CertificateKeyFile: the key needs its certificate; set Portal:CertificateFile, too.";
        foreach (string network in HealthNetworks)
            if (!IPNetwork.TryParse(network, out _))
                yield return $"Portal:HealthNetworks: '{network}' is not a network, for example 10.0.0.0/8 (no bits set beyond "
                    + "the prefix).";
    }
}
