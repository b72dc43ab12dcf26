using System.Net;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.ConnectionLog;

/// <summary>
/// Decides which endings the <see cref="IConnectionLog"/> hears of: of admitted requests a sample, of refusals all, and of either
/// no more of one proxy user than its bound, so that one scraper neither fills the log nor hides what was refused behind what was
/// served. Shared by all loops, without locks.
/// </summary>
internal sealed class ConnectionRecorder(EngineOptions options, IConnectionLog log, TimeProvider time, TimeProvider limitTime)
{
    /// <summary>A trace for an admitted request that will be recorded; null for one that will not.</summary>
    /// <param name="country">That was asked for; empty when none was, or several.</param>
    public RequestTrace? Begin(UserEntry entry, Destination? destination, string country)
    {
        bool sampled = options.ConnectionLogSample >= 1 || Random.Shared.NextDouble() < options.ConnectionLogSample;
        return sampled && entry.Activity.Use(limitTime).MayLogServed(options.ConnectionLogPerUser)
            ? new RequestTrace(entry.User.Id, destination, country)
            : null;
    }

    /// <summary>Records the end of an admitted request.</summary>
    public void End(RequestTrace trace, IPAddress client, long milliseconds, ConnectionOutcome outcome) =>
        log.Accept(new ConnectionRecord
    {
        ProxyUserId = trace.ProxyUserId, Outcome = outcome, EndedAt = time.GetUtcNow(),
        Duration = TimeSpan.FromMilliseconds(milliseconds), ClientAddress = client,
        Host = trace.Host, Port = trace.Port, ProviderId = trace.ProviderId, Country = trace.Country,
        ConnectMs = trace.ConnectMs, BytesUp = trace.BytesUp, BytesDown = trace.BytesDown,
    });

    /// <summary>Records that a request was refused.</summary>
    /// <param name="asker">Whose name it gave; that it proved to be that user is not said, and the outcome tells when it did
    /// not.</param>
    /// <param name="destination">Null when none was read.</param>
    /// <param name="country">That was asked for; empty when none was, or it was not read.</param>
    /// <param name="trace">What was gathered, when it had been admitted before.</param>
    public void Refuse(
        UserEntry asker, Destination? destination, string country, RequestTrace? trace, IPAddress client, long milliseconds,
        Refusal refusal)
    {
        if (!asker.Activity.Use(limitTime).MayLogRefused(options.ConnectionLogPerUser))
            return;
        log.Accept(new ConnectionRecord
        {
            ProxyUserId = asker.User.Id, Outcome = refusal.Outcome, Detail = refusal.Detail, EndedAt = time.GetUtcNow(),
            Duration = TimeSpan.FromMilliseconds(milliseconds),
            ClientAddress = client, Host = destination?.Host ?? trace?.Host ?? "", Port = destination?.Port ?? trace?.Port ?? 0,
            ProviderId = trace?.ProviderId ?? 0, Country = country, ConnectMs = trace?.ConnectMs,
            BytesUp = trace?.BytesUp ?? 0, BytesDown = trace?.BytesDown ?? 0,
        });
    }
}
