using System.Globalization;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Certificates;

/// <summary>Says how a certificate stands: one judgement for health, <c>doctor</c> and the page.</summary>
internal static class CertificateVerdict
{
    /// <summary>For a person to mend what does not renew itself, holidays included.</summary>
    private static readonly TimeSpan Alarm = TimeSpan.FromDays(14);

    /// <summary>Of a short-lived certificate's life: less than the third that is left when it is renewed.</summary>
    private const double AlarmShare = 0.25;

    /// <param name="complaint">Why the files cannot be used; null when they can.</param>
    /// <param name="isForHost">Whether the certificate is valid for the host name of the settings.</param>
    public static CertificateReport Judge(CertificateReport report, string? complaint, bool isForHost, DateTimeOffset now)
    {
        var (isWell, verdict) = Decide(report, complaint, isForHost, now);
        return report with { IsWell = isWell, Verdict = verdict };
    }

    private static (bool IsWell, string Verdict) Decide(
        CertificateReport report, string? complaint, bool isForHost, DateTimeOffset now)
    {
        if (report.Source == CertificateSource.None)
            return (true, CertificateReport.None.Verdict);
        complaint = complaint is null ? null : $"{complaint.TrimEnd('.')}.";
        string retry = report.NextAttempt is { } next ? $" The next attempt is at {next:u}." : "";
        if (report.ValidUntil is not { } until || report.ValidFrom is not { } from)
            return (false, complaint is not null ? complaint
                : report.LastError is { } error ? $"There is no certificate yet, and the portal is served by HTTP. {error}{retry}"
                : "There is no certificate yet, and the portal is served by HTTP. The authority is being asked.");
        if (!isForHost && report.Source == CertificateSource.Acme)
            return (false,
                $"There is no certificate for {report.HostName} yet, only the one before, and the portal is served by HTTP. "
                + $"{report.LastError ?? "The authority is being asked."}{retry}");
        if (until <= now)
            return (false,
                $"The certificate expired at {until:u}: browsers refuse the portal. "
                + $"{complaint ?? report.LastError ?? "Replace it."}{retry}");
        if (from > now)
            return (false, $"The certificate is valid from {from:u} only. Check this server's clock.");
        string left = $"The certificate is valid for {InWords(until - now)}, until {until:u}.";
        if (complaint is not null)
            return (false, $"{complaint} The one before stays in use. {left}");
        if (!isForHost)
            return (false,
                $"The certificate is not for {report.HostName} (Portal:HostName), only for "
                + $"{string.Join(", ", report.Names)}: browsers refuse it.");
        if (report.LastError is { } failed)
            return (false, $"Renewal failed. {failed}{retry} {left}");
        var alarm = TimeSpan.FromTicks(Math.Min(Alarm.Ticks, ((until - from) * AlarmShare).Ticks));
        return until - now >= alarm ? (true, left) : (false, $"{left} Renew it.");
    }

    /// <summary>Days, or what is left of fewer than two.</summary>
    private static string InWords(TimeSpan left) => left switch
    {
        { TotalDays: >= 2 } => Say((int)left.TotalDays, "days"),
        { TotalHours: >= 2 } => Say((int)left.TotalHours, "hours"),
        { TotalMinutes: >= 2 } => Say((int)left.TotalMinutes, "minutes"),
        _ => "less than two minutes",
    };

    private static string Say(int number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{number} {unit}");
}
