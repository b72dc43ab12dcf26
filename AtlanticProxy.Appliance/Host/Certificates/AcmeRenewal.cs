namespace AtlanticProxy.Host.Certificates;

/// <summary>
/// Asks the authority for certificates when it is time to, one after the other, and has the portal take them: the portal's own
/// first, then those of resellers' host names.
/// </summary>
internal sealed partial class AcmeRenewal(
    IAcmeClient client, AcmeFolder folder, PortalCertificate certificates, NameCheck dns, TimeProvider time,
    ILogger<AcmeRenewal> logger)
{
    /// <summary>How often it is looked for what can be deleted of names that nobody has any more.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromDays(1);

    private DateTimeOffset _sweptAt;

    /// <summary>
    /// Called often; mostly there is nothing to do. A failed order is no fault: it is noted, and retried later.
    /// </summary>
    /// <returns>Whether there is a new certificate for the portal's own name.</returns>
    /// <exception cref="IOException">The data directory takes no files: the authority is then not asked.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        bool isNew = certificates.Own is { } own && IsDue(own) && await OrderAsync(own, cancellation);
        foreach (var certificate in certificates.OfResellers)
            // Looked up again: orders take their time, and the name may have been taken away meanwhile.
            if (IsDue(certificate) && certificates.OfReseller(certificate.Name) == certificate
                && MayOrder() && await LeadsHereAsync(certificate, cancellation))
                await OrderAsync(certificate, cancellation);
        if (time.GetUtcNow() is var now && now - _sweptAt >= SweepInterval)
        {
            folder.Sweep(certificates.OfResellers.Select(certificate => certificate.Name).ToHashSet(), now);
            _sweptAt = now;
        }
        return isNew;
    }

    private bool IsDue(AcmeCertificate certificate) => certificate.NextAttempt(certificate.Files.Read()) <= time.GetUtcNow();

    /// <summary>The portal's own is asked for all the same: nothing else of the portal can be reached without.</summary>
    private bool MayOrder() => certificates.NextOrder <= time.GetUtcNow();

    private async Task<bool> LeadsHereAsync(AcmeCertificate certificate, CancellationToken cancellation)
    {
        var miss = await dns.FindMissAsync(certificate.Name, certificates.HostName, cancellation);
        var state = certificate.Files.Read();
        if (miss is not null && state.Dns is null)
            LogElsewhere(certificate.Name, string.Join(", ", miss.LeadsTo), string.Join(", ", miss.PortalLeadsTo));
        if (miss is not null || state.Dns is not null)
            certificate.Files.Write(state with { Dns = miss });
        return miss is null;
    }

    private async Task<bool> OrderAsync(AcmeCertificate certificate, CancellationToken cancellation)
    {
        var (files, now) = (certificate.Files, time.GetUtcNow());
        var state = files.Read();
        folder.Create();
        // Noted as failed beforehand: whatever ends this process meanwhile, the authority is not asked again at once.
        var failed = state with { LastAttempt = now, Failures = state.Failures + 1, Problem = null,
            RetryAt = AcmeSchedule.RetryAt(state.Failures + 1, null, now) };
        files.Write(failed with { LastError = "The appliance stopped while the authority was being asked." });
        folder.NoteOrder(now);
        LogAsking(certificate.Name);
        var order = await client.OrderAsync(certificate.Name, cancellation);
        string? error = order.Error;
        if (order.Pem is { } pem)
        {
            files.Install(pem);
            certificate.Served.Look();
            if (certificate.NextAttempt(state with { RetryAt = null }) <= time.GetUtcNow())
                error = "The authority issued a certificate that is due for renewal at once. Check this server's clock and "
                    + "Acme:RenewWhenLeft.";
        }
        if (error is null)
        {
            files.Write(state with { LastAttempt = now, LastError = null, Problem = null, Failures = 0, RetryAt = null });
            LogIssued(certificate.Name, certificate.Leaf?.NotAfter.ToUniversalTime());
            return true;
        }
        failed = failed with { LastError = error, Problem = order.Problem,
            RetryAt = AcmeSchedule.RetryAt(failed.Failures, error, time.GetUtcNow()) };
        files.Write(failed);
        LogFailed(certificate.Name, error, failed.RetryAt);
        return order.Pem is not null;
    }

    [LoggerMessage(4500, LogLevel.Information, "Asking the authority for a certificate for {HostName}")]
    private partial void LogAsking(string hostName);

    [LoggerMessage(4501, LogLevel.Information, "There is a new certificate for {HostName}, valid until {ValidUntil:u}")]
    private partial void LogIssued(string hostName, DateTime? validUntil);

    [LoggerMessage(4502, LogLevel.Warning, "No certificate for {HostName}: {Error} The next attempt is at {RetryAt:u}")]
    private partial void LogFailed(string hostName, string error, DateTimeOffset? retryAt);

    [LoggerMessage(4504, LogLevel.Information,
        "No certificate is asked for {HostName} yet: its DNS leads to {LeadsTo}, and the portal's to {PortalLeadsTo}")]
    private partial void LogElsewhere(string hostName, string leadsTo, string portalLeadsTo);
}
