namespace AtlanticProxy.Host.Certificates;

/// <summary>
/// Asks the authority for certificates when it is time to, one after the other, and has the portal take them: the portal's own
/// first, then those of resellers' host names.
/// </summary>
internal sealed partial class AcmeRenewal(
    IAcmeClient client, AcmeFolder folder, PortalCertificate certificates, NameCheck dns, TimeProvider time,
    ILogger<AcmeRenewal> logger)
{
    /// <summary>How often files of names that nobody has any more are deleted.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromDays(1);

    /// <summary>Names that are looked up at a time: those whose name server does not answer hold up few others.</summary>
    private const int Lookups = 8;

    private DateTimeOffset _sweptAt;

    /// <summary>
    /// Called often; mostly there is nothing to do. A failed order is no fault: it is noted, and retried later.
    /// </summary>
    /// <returns>Whether there is a new certificate for the portal's own name.</returns>
    /// <exception cref="IOException">The data directory takes no files: the authority is then not asked.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        bool isNew = certificates.Own is { } own && IsDue(own) && await OrderAsync(own, cancellation);
        foreach (var certificate in await FindReadyAsync(cancellation))
            // Orders take their time: the name may have been taken away meanwhile.
            if (certificates.OfReseller(certificate.Name) == certificate && MayOrder())
                await OrderAsync(certificate, cancellation);
        if (time.GetUtcNow() is var now && now - _sweptAt >= SweepInterval)
        {
            folder.Sweep(certificates.OfResellers.Select(certificate => certificate.Name).ToHashSet(), now);
            _sweptAt = now;
        }
        return isNew;
    }

    private bool IsDue(AcmeCertificate certificate) => certificate.NextAttempt(certificate.Files.Read()) <= time.GetUtcNow();

    /// <summary>For resellers' names only: the portal's own never waits for them.</summary>
    private bool MayOrder() => certificates.NextOrder <= time.GetUtcNow();

    /// <summary>Those of resellers that are due and whose names lead here, in the order of their names.</summary>
    private async Task<IReadOnlyList<AcmeCertificate>> FindReadyAsync(CancellationToken cancellation)
    {
        var due = MayOrder() ? certificates.OfResellers.Where(IsDue).ToArray() : [];
        if (due is [])
            return due;
        var portal = await dns.FindAsync(certificates.HostName, cancellation);
        bool[] leadsHere = new bool[due.Length];
        await Parallel.ForAsync(0, due.Length,
            new ParallelOptions { MaxDegreeOfParallelism = Lookups, CancellationToken = cancellation },
            async (i, cancel) => leadsHere[i] = await LeadsHereAsync(due[i], portal, cancel));
        return [.. due.Where((_, i) => leadsHere[i])];
    }

    private async Task<bool> LeadsHereAsync(AcmeCertificate certificate, NameTarget portal, CancellationToken cancellation)
    {
        var miss = await dns.FindMissAsync(certificate.Name, certificates.HostName, portal, cancellation);
        var state = certificate.Files.Read();
        if (miss is not null && state.Dns is null)
            LogElsewhere(certificate.Name, string.Join(", ", miss.LeadsTo), string.Join(", ", miss.PortalLeadsTo));
        if (miss is not null || state.Dns is not null)
            certificate.Files.Write(state with { Dns = miss });
        return miss is null;
    }

    /// <returns>Whether there is a new certificate.</returns>
    private async Task<bool> OrderAsync(AcmeCertificate certificate, CancellationToken cancellation)
    {
        var state = certificate.Files.Read();
        certificate.BeforeOrder = state;
        try
        {
            return await OrderAsync(certificate, state, cancellation);
        }
        finally
        {
            certificate.BeforeOrder = null;
        }
    }

    private async Task<bool> OrderAsync(AcmeCertificate certificate, AcmeState state, CancellationToken cancellation)
    {
        var (files, now) = (certificate.Files, time.GetUtcNow());
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
