namespace AtlanticProxy.Host.Certificates;

/// <summary>Asks the authority for a certificate when it is time to, and has the portal take it.</summary>
internal sealed partial class AcmeRenewal(
    IAcmeClient client, AcmeFolder folder, PortalCertificate certificate, TimeProvider time, ILogger<AcmeRenewal> logger)
{
    /// <summary>
    /// Called often; mostly there is nothing to do. A failed order is no fault: it is noted, and retried later.
    /// </summary>
    /// <returns>Whether there is a new certificate.</returns>
    /// <exception cref="IOException">The data directory takes no files: the authority is then not asked.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        var state = folder.Read();
        var now = time.GetUtcNow();
        if (certificate.NextAttempt(state) > now)
            return false;
        folder.Create();
        // Noted as failed beforehand: whatever ends this process meanwhile, the authority is not asked again at once.
        var failed = state with { LastAttempt = now, Failures = state.Failures + 1,
            RetryAt = AcmeSchedule.RetryAt(state.Failures + 1, null, now) };
        folder.Write(failed with { LastError = "The appliance stopped while the authority was being asked." });
        LogAsking();
        var order = await client.OrderAsync(cancellation);
        string? error = order.Error;
        if (order.Pem is { } pem)
        {
            folder.Install(pem);
            certificate.Look();
            if (certificate.NextAttempt(state with { RetryAt = null }) <= time.GetUtcNow())
                error = "The authority issued a certificate that is due for renewal at once. Check this server's clock and "
                    + "Acme:RenewWhenLeft.";
        }
        if (error is null)
        {
            folder.Write(state with { LastAttempt = now, LastError = null, Failures = 0, RetryAt = null });
            LogIssued(certificate.Describe().Verdict);
            return true;
        }
        failed = failed with { LastError = error, RetryAt = AcmeSchedule.RetryAt(failed.Failures, error, time.GetUtcNow()) };
        folder.Write(failed);
        LogFailed(error, failed.RetryAt);
        return order.Pem is not null;
    }

    [LoggerMessage(4500, LogLevel.Information, "Asking the authority for the portal's certificate")]
    private partial void LogAsking();

    [LoggerMessage(4501, LogLevel.Information, "The portal has a new certificate. {Verdict}")]
    private partial void LogIssued(string verdict);

    [LoggerMessage(4502, LogLevel.Warning, "No certificate for the portal: {Error} The next attempt is at {RetryAt:u}")]
    private partial void LogFailed(string error, DateTimeOffset? retryAt);
}
