using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Shell;

/// <summary>How the certificate for a reseller's host name stands, for who has the name and for staff.</summary>
internal static class CertificateWords
{
    /// <summary>A word, and a class of <c>badge-state</c>.</summary>
    public static (Phrase Word, string? Mood) StateOf(NameCertificate certificate) => certificate.Stage switch
    {
        CertificateStage.WaitsForDns => ("Waiting for DNS", "warn"),
        CertificateStage.BeingAsked => ("Being asked", null),
        CertificateStage.Good => ("Good", "good"),
        CertificateStage.Failed => ("Failed", "bad"),
    };

    /// <summary>What is in the way, and what to do; null where nothing is.</summary>
    public static Phrase? Trouble(NameCertificate certificate) => certificate.Stage switch
    {
        CertificateStage.WaitsForDns =>
            (Phrase)$"{certificate.HostName} does not lead to this portal yet. Add its DNS record, and remove other A and AAAA "
            + $"records of this name. It is looked up every few minutes.",
        CertificateStage.Failed => Refusal(certificate.HostName, certificate.Problem),
        CertificateStage.BeingAsked or CertificateStage.Good => null,
    };

    /// <param name="problem">RFC 8555 section 6.7.</param>
    private static Phrase Refusal(string host, string? problem) => problem switch
    {
        "connection" or "tls" =>
            (Phrase)$"The certificate authority could not connect to http://{host}/. Check the DNS records of this name, IPv6 "
            + $"ones (AAAA) too.",
        "unauthorized" or "incorrectResponse" =>
            $"The certificate authority reached another server at http://{host}/. Check the DNS records of this name, IPv6 ones "
            + $"(AAAA) too.",
        "dns" => $"The certificate authority found no address for {host}. Check its DNS record.",
        "caa" => $"A CAA record of {host} forbids this certificate authority. Remove that record, or add the authority to it.",
        "rateLimited" => "The certificate authority has had too many requests, and is left alone for a while.",
        "rejectedIdentifier" or "unsupportedIdentifier" =>
            $"The certificate authority issues no certificates for {host}. Choose another name.",
        _ => "The certificate authority could not be asked, or had a fault of its own.",
    };
}
