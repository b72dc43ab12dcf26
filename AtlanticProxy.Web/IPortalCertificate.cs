namespace AtlanticProxy.Web;

/// <summary>Where the portal's certificate comes from.</summary>
public enum CertificateSource
{
    /// <summary>The portal does not serve HTTPS itself.</summary>
    None,

    /// <summary>Files that somebody else renews: <c>Portal:CertificateFile</c>.</summary>
    Files,

    /// <summary>An ACME authority, asked by the appliance: <c>Portal:HostName</c>.</summary>
    Acme,
}

/// <summary>All that there is to say about the portal's certificate.</summary>
/// <param name="HostName">Name that people reach the portal by; empty when the settings give none.</param>
/// <param name="Issuer">Who certified it; null while there is no certificate, like the dates.</param>
/// <param name="LastAttempt">When the authority was asked last; null with files, or before the first time.</param>
/// <param name="LastError">Why that failed, in words; null when it did not.</param>
/// <param name="NextAttempt">When the authority is asked next.</param>
/// <param name="IsWell">Whether nobody needs to do anything.</param>
/// <param name="Verdict">How it stands, in a sentence or two.</param>
/// <param name="MayRetry">Whether the authority may be asked now: the last attempt failed, and was long enough ago.</param>
public sealed record CertificateReport(
    CertificateSource Source, string HostName, string? Issuer, IReadOnlyList<string> Names, DateTimeOffset? ValidFrom,
    DateTimeOffset? ValidUntil, DateTimeOffset? LastAttempt, string? LastError, DateTimeOffset? NextAttempt, bool IsWell,
    string Verdict, bool MayRetry)
{
    /// <summary>Of a portal that does not serve HTTPS itself.</summary>
    public static readonly CertificateReport None = new(
        CertificateSource.None, "", null, [], null, null, null, null, null, true, "The portal does not serve HTTPS itself.",
        false);
}

/// <summary>The certificate that the portal serves HTTPS with, as the host keeps it.</summary>
public interface IPortalCertificate
{
    /// <summary>Whether there is one: HTTP then leads to HTTPS.</summary>
    bool IsServed { get; }

    /// <summary>Where HTTPS is.</summary>
    /// <param name="requestedHost">
    /// The name that a client asked by, without port. It is followed only if the certificate is valid for it.
    /// </param>
    /// <returns>Host, and port unless it is 443.</returns>
    string HttpsAuthority(string requestedHost);

    CertificateReport Describe();

    /// <summary>Asks the authority now rather than at the next attempt, unless it must be left alone for longer.</summary>
    /// <returns>Whether it will be asked.</returns>
    bool TryRetry();
}

/// <summary>For a portal that does not serve HTTPS itself.</summary>
internal sealed class NoCertificate : IPortalCertificate
{
    public bool IsServed => false;

    public string HttpsAuthority(string requestedHost) => requestedHost;

    public CertificateReport Describe() => CertificateReport.None;

    public bool TryRetry() => false;
}
