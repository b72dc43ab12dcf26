namespace AtlanticProxy.Host.Certificates;

/// <summary>
/// How asking the authority for one name has gone. On disk, so that an appliance that is started over and over asks no more
/// often.
/// </summary>
/// <param name="Subject">What was asked for, and of whom: with other settings, earlier failures count no more.</param>
/// <param name="LastAttempt">Null before the first.</param>
/// <param name="LastError">Why it failed, in words; null when it did not.</param>
/// <param name="Failures">In a row, up to now.</param>
/// <param name="RetryAt">Not asked before then; null when the last attempt brought a certificate.</param>
/// <param name="Problem">
/// The authority's own name for what failed (RFC 8555 section 6.7, without its prefix); null when nothing did, or something else.
/// </param>
/// <param name="Dns">Why the authority is not asked; null when the name leads here, and for the portal's own.</param>
internal sealed record AcmeState(
    string Subject, DateTimeOffset? LastAttempt, string? LastError, int Failures, DateTimeOffset? RetryAt,
    string? Problem = null, DnsMiss? Dns = null);

/// <summary>A name that leads elsewhere.</summary>
/// <param name="At">When that was looked up.</param>
/// <param name="LeadsTo">Its addresses; empty when it has none.</param>
/// <param name="PortalLeadsTo">Addresses of the portal's own name.</param>
internal sealed record DnsMiss(DateTimeOffset At, IReadOnlyList<string> LeadsTo, IReadOnlyList<string> PortalLeadsTo);
