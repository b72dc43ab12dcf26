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

/// <summary>How far a certificate for a reseller's host name has come.</summary>
public enum CertificateStage
{
    /// <summary>The name leads elsewhere, so the authority is not asked.</summary>
    WaitsForDns,

    /// <summary>The authority is being asked, or will be when it may.</summary>
    BeingAsked,

    Good,

    /// <summary>The last attempt failed. There may be a certificate all the same, which could not be renewed.</summary>
    Failed,
}

/// <summary>All that there is to say about the certificate for a reseller's host name.</summary>
/// <param name="ValidUntil">Null while there is none.</param>
/// <param name="LastError">Why the last attempt failed, in words; null when it did not.</param>
/// <param name="Problem">
/// The authority's own name for why (RFC 8555 section 6.7, without its prefix); null when it was something else.
/// </param>
/// <param name="NextAttempt">When it is tried next; null: within a minute.</param>
/// <param name="LeadsTo">While it waits for DNS: the name's addresses, which may be none. Empty otherwise.</param>
/// <param name="IsWell">Whether staff need to do nothing.</param>
/// <param name="Verdict">How it stands, in a sentence or two that begin with the name.</param>
/// <param name="MayRetry">Whether the authority may be asked now: the last attempt failed, and was long enough ago.</param>
public sealed record NameCertificate(
    string HostName, CertificateStage Stage, DateTimeOffset? ValidUntil, string? LastError, string? Problem,
    DateTimeOffset? NextAttempt, IReadOnlyList<string> LeadsTo, bool IsWell, string Verdict, bool MayRetry);

/// <summary>The certificates that the portal serves HTTPS with, as the host keeps them.</summary>
public interface IPortalCertificate
{
    /// <summary>Whether there is one for the portal's own name: HTTP then leads to HTTPS.</summary>
    bool IsServed { get; }

    /// <summary>For resellers' host names, by name: empty unless they are fetched by ACME.</summary>
    IReadOnlyList<NameCertificate> Names { get; }

    /// <summary>Whether there is a certificate for this name that browsers accept.</summary>
    bool Serves(string hostName);

    /// <summary>Where HTTPS is; null: nowhere yet.</summary>
    /// <param name="requestedHost">
    /// The name that a client asked by, without port. It is followed only if there is a certificate that is valid for it.
    /// </param>
    /// <returns>Host, and port unless it is 443.</returns>
    string? HttpsAuthority(string requestedHost);

    /// <summary>The portal's own.</summary>
    CertificateReport Describe();

    /// <summary>Asks the authority now rather than at the next attempt, unless it must be left alone for longer.</summary>
    /// <param name="hostName">A reseller's; null for the portal's own.</param>
    /// <returns>Whether it will be asked.</returns>
    bool TryRetry(string? hostName = null);
}

/// <summary>One report for all certificates.</summary>
public static class PortalCertificates
{
    /// <summary>The portal's own; when that is well, with the verdict of a reseller's name that is not.</summary>
    public static CertificateReport Worst(this IPortalCertificate certificate)
    {
        var own = certificate.Describe();
        return own.IsWell && certificate.Names.Where(name => !name.IsWell)
            .MinBy(name => name.ValidUntil ?? DateTimeOffset.MaxValue) is { } worst
            ? own with { IsWell = false, Verdict = worst.Verdict }
            : own;
    }
}

/// <summary>For a portal that does not serve HTTPS itself.</summary>
internal sealed class NoCertificate : IPortalCertificate
{
    public bool IsServed => false;

    public IReadOnlyList<NameCertificate> Names => [];

    public bool Serves(string hostName) => false;

    public string? HttpsAuthority(string requestedHost) => null;

    public CertificateReport Describe() => CertificateReport.None;

    public bool TryRetry(string? hostName = null) => false;
}
