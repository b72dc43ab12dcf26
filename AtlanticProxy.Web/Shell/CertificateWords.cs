using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Shell;

/// <summary>How the certificate for a reseller's host name stands, in words for the reseller and for staff.</summary>
internal static class CertificateWords
{
    /// <summary>A word, and a class of <c>badge-state</c>.</summary>
    public static (Phrase Word, string? Mood) StateOf(CertificateStage stage) => stage switch
    {
        CertificateStage.WaitsForDns => ((Phrase)"Waiting for DNS", "warn"),
        CertificateStage.BeingAsked => ("Requesting", null),
        CertificateStage.Good => ("Valid", "good"),
        CertificateStage.Failed => ("Failed", "bad"),
    };

    /// <summary>What is wrong, and what to do; null when nothing is.</summary>
    public static Phrase? Trouble(NameCertificate certificate) => certificate.Stage switch
    {
        CertificateStage.WaitsForDns when certificate.LeadsTo is [] =>
            (Phrase)$"{certificate.HostName} has no address yet. Add its DNS record.",
        CertificateStage.WaitsForDns =>
            $"{certificate.HostName} leads to {string.Join(", ", certificate.LeadsTo)}. All of its addresses must be this "
            + $"portal's: correct its DNS record, and remove its other A and AAAA records.",
        CertificateStage.Failed => Refusal(certificate.HostName, certificate.Problem),
        CertificateStage.BeingAsked or CertificateStage.Good => null,
    };

    /// <param name="problem">RFC 8555 section 6.7.</param>
    private static Phrase Refusal(string host, string? problem) => problem switch
    {
        "dns" => (Phrase)$"The certificate authority found no address for {host}. Check its DNS record.",
        "connection" or "tls" =>
            $"The certificate authority could not connect to http://{host}/. Check the DNS records of this name, IPv6 "
            + $"ones (AAAA) too.",
        "unauthorized" or "incorrectResponse" =>
            $"The certificate authority reached another server at http://{host}/. Check the DNS records of this name, IPv6 ones "
            + $"(AAAA) too.",
        "caa" => $"A CAA record of {host} forbids this certificate authority. Remove that record, or add the authority to it.",
        "rateLimited" => "The certificate authority received too many requests, and is asked again later.",
        "rejectedIdentifier" or "unsupportedIdentifier" =>
            $"The certificate authority issues no certificates for {host}. Choose another name.",
        _ => "The certificate authority could not be reached, or had an error.",
    };
}
