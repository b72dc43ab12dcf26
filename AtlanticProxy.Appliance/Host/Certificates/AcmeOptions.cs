using System.Net.Mail;

namespace AtlanticProxy.Host.Certificates;

/// <summary>How the portal's certificate is had from an ACME authority (RFC 8555): section <c>Acme</c>.</summary>
public sealed class AcmeOptions
{
    /// <summary>
    /// You agree to the authority's terms of service (Let's Encrypt's: https://letsencrypt.org/repository/). This switches ACME
    /// on: a certificate for <c>Portal:HostName</c> is asked for and renewed.
    /// </summary>
    public bool AgreeToTerms { get; set; }

    /// <summary>Of the account with the authority, which may write to it about the certificate.</summary>
    public string Email { get; set; } = "";

    /// <summary>The authority's directory. Let's Encrypt's: free, and trusted by all browsers.</summary>
    public string Directory { get; set; } = "https://acme-v02.api.letsencrypt.org/directory";

    /// <summary>
    /// Authorities, PEM, by which the directory itself is trusted; empty for the system's. For an authority of your own.
    /// </summary>
    public string CaFile { get; set; } = "";

    /// <summary>
    /// Share of its life that is left of a certificate when it is renewed. A third: Let's Encrypt's advice (30 of 90 days).
    /// </summary>
    public double RenewWhenLeft { get; set; } = 1 / 3d;

    /// <summary>
    /// Certificates that are ordered in an hour; resellers' host names wait for the next one. 50: half of the 300 in three hours
    /// that Let's Encrypt lets an account order (https://letsencrypt.org/docs/rate-limits/).
    /// </summary>
    public int OrdersPerHour { get; set; } = 50;

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    /// <param name="hostName"><c>Portal:HostName</c>.</param>
    /// <param name="givenFile"><c>Portal:CertificateFile</c>.</param>
    public IEnumerable<string> Validate(string hostName, string givenFile)
    {
        if (AgreeToTerms && hostName.Length == 0)
            yield return "Acme:AgreeToTerms: set Portal:HostName to the name that the certificate is to be for, too.";
        if (AgreeToTerms && givenFile.Length > 0)
            yield return "Acme:AgreeToTerms: Portal:CertificateFile gives a certificate already; set one or the other.";
        if (AgreeToTerms && Email.Length == 0)
            yield return "Acme:Email: set the address of the account with the authority, for example you@example.com.";
        if (!AgreeToTerms && Email.Length > 0)
            yield return "Acme:AgreeToTerms: read the authority's terms of service and set this to true, or remove Acme:Email.";
        if (Email.Length > 0 && !(MailAddress.TryCreate(Email, out var mail) && mail.Address == Email))
            yield return $"Acme:Email: '{Email}' is not an email address.";
        if (!Uri.TryCreate(Directory, UriKind.Absolute, out var directory) || directory.Scheme != Uri.UriSchemeHttps)
            yield return $"Acme:Directory: '{Directory}' is not an https address.";
        if (CaFile.Length > 0 && !File.Exists(CaFile))
            yield return $"Acme:CaFile: there is no file '{CaFile}'.";
        if (RenewWhenLeft is not (> 0 and < 1))
            yield return $"Acme:RenewWhenLeft: {RenewWhenLeft} is not a share between 0 and 1, for example 0.33.";
        if (OrdersPerHour < 1)
            yield return $"Acme:OrdersPerHour: {OrdersPerHour} must be at least 1.";
    }
}
