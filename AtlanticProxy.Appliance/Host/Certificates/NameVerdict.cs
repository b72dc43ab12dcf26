using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Certificates;

/// <summary>
/// Says how the certificate for a reseller's host name stands: one judgement for health, <c>doctor</c> and pages.
/// </summary>
internal static class NameVerdict
{
    /// <param name="nextOrder">Nothing more is ordered before then.</param>
    public static NameCertificate Of(AcmeCertificate certificate, DateTimeOffset nextOrder, DateTimeOffset now)
    {
        var state = certificate.State;
        var next = certificate.NextAttempt(state);
        next = nextOrder > next && next <= now ? nextOrder : next;
        DateTimeOffset? until = certificate is { IsForName: true, Leaf: { } leaf } ? leaf.NotAfter.ToUniversalTime() : null;
        var stage = state.Dns is not null ? CertificateStage.WaitsForDns
            : state.LastError is not null ? CertificateStage.Failed
            : certificate.IsGood ? CertificateStage.Good
            : CertificateStage.BeingAsked;
        // A name that has never led here is the reseller's to do, and alarms nobody.
        bool isWell = stage is CertificateStage.Good or CertificateStage.BeingAsked
            || (stage == CertificateStage.WaitsForDns && until is null);
        var report = new NameCertificate(certificate.Name, stage, until, state.LastError, state.Problem,
            next > now ? next : null, state.Dns?.LeadsTo ?? [], isWell, "", AcmeCertificate.MayRetry(state, now));
        return report with { Verdict = $"{certificate.Name}: {Words(report, state.Dns)}{Validity(until, now)}" };
    }

    private static string Words(NameCertificate report, DnsMiss? dns) => report.Stage switch
    {
        CertificateStage.WaitsForDns =>
            $"Waiting for DNS. The name leads to {List(dns!.LeadsTo)}, and the portal's to {List(dns.PortalLeadsTo)}.",
        CertificateStage.Failed => report.NextAttempt is { } next
            ? $"{report.LastError} The next attempt is at {next:u}."
            : report.LastError!,
        CertificateStage.Good => "The certificate is good.",
        CertificateStage.BeingAsked => report.NextAttempt is { } next
            ? $"The authority is asked at {next:u}: this hour's limit of orders is reached (Acme:OrdersPerHour)."
            : "The authority is being asked.",
    };

    private static string Validity(DateTimeOffset? until, DateTimeOffset now) => until is not { } end ? ""
        : end > now ? $" It is valid until {end:u}."
        : $" The certificate expired at {end:u}: browsers refuse the name.";

    private static string List(IReadOnlyList<string> addresses) =>
        addresses.Count > 0 ? string.Join(", ", addresses) : "no address";
}
