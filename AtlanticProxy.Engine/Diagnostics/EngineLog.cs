using System.Net;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Diagnostics;

/// <summary>
/// Every line that the engine logs. Event ids: 1000-1099 life cycle, 1100-1199 connections, 1200-1299 upstreams, 1300-1399 usage.
/// </summary>
internal static partial class EngineLog
{
    [LoggerMessage(1000, LogLevel.Information, "Proxy listening on {Endpoint} ({Kind}), {Loops} event loops")]
    public static partial void Listening(ILogger log, IPEndPoint endpoint, string kind, int loops);

    [LoggerMessage(1001, LogLevel.Information, "Draining: {Open} connections get up to {Timeout}")]
    public static partial void Draining(ILogger log, int open, TimeSpan timeout);

    [LoggerMessage(1002, LogLevel.Information, "Proxy stopped; {Cut} connections were cut after the drain timeout")]
    public static partial void Stopped(ILogger log, int cut);

    [LoggerMessage(1003, LogLevel.Error, "A handler failed on event loop {Loop}; its connection is lost, the loop goes on")]
    public static partial void LoopFault(ILogger log, Exception fault, int loop);

    [LoggerMessage(1004, LogLevel.Information, "The certificate in {File} changed: new connections get it")]
    public static partial void CertificateReloaded(ILogger log, string file);

    [LoggerMessage(1005, LogLevel.Error, "{Problem}. The previous certificate stays in use")]
    public static partial void CertificateUnusable(ILogger log, string problem);

    [LoggerMessage(1007, LogLevel.Information, "Proxy listening on {Range} for proxy user {ProxyUser}, targeting '{Targeting}'")]
    public static partial void StickyPorts(ILogger log, string range, string proxyUser, string targeting);

    [LoggerMessage(1008, LogLevel.Information,
        "Block lists: category {Category} has {Names} names in {Bytes} bytes; {Skipped} lines were not understood")]
    public static partial void BlockListRead(ILogger log, string category, int names, long bytes, int skipped);

    [LoggerMessage(EventId = 1006, Message = "Memory is {Percent} % used: {Pressure}")]
    public static partial void MemoryPressure(ILogger log, LogLevel level, int percent, MemoryPressure pressure);

    [LoggerMessage(1100, LogLevel.Error, "A connection failed")]
    public static partial void ConnectionFault(ILogger log, Exception fault);

    [LoggerMessage(1101, LogLevel.Warning, "Shedding new connections: {Reason}")]
    public static partial void Shedding(ILogger log, string reason);

    [LoggerMessage(1102, LogLevel.Information, "Accepting again; {Shed} connections were shed")]
    public static partial void ShedEnded(ILogger log, long shed);

    [LoggerMessage(EventId = 1103,
        Message = "Refused with {Outcome}: client {Client}, proxy user {ProxyUserId}, destination {Destination}")]
    public static partial void Refused(ILogger log, LogLevel level, ConnectionOutcome outcome, IPAddress client,
        long? proxyUserId, string? destination);

    [LoggerMessage(1104, LogLevel.Debug, "A client's TLS handshake failed: {Reason}")]
    public static partial void HandshakeFailed(ILogger log, string reason);

    [LoggerMessage(1200, LogLevel.Error,
        "Provider {Provider} rejects us ({Detail}): check its username and password, and whether its account is paid")]
    public static partial void ProviderRejectsUs(ILogger log, string provider, string detail);

    [LoggerMessage(1201, LogLevel.Warning,
        "Provider {Provider} fails ({Part}; {Fault}, {Detail}): nothing but a trial once in a while is sent there until one "
            + "succeeds")]
    public static partial void BreakerOpened(
        ILogger log, string provider, string part, UpstreamFault fault, string? detail);

    [LoggerMessage(1202, LogLevel.Error, "Looking a name up failed")]
    public static partial void LookupFault(ILogger log, Exception fault);

    [LoggerMessage(1310, LogLevel.Error,
        "Quotas cannot be taken from the database; what this node holds is used up, then their owners wait")]
    public static partial void LeasesUnreachable(ILogger log, Exception fault);

    [LoggerMessage(1311, LogLevel.Information, "Quotas can be taken from the database again")]
    public static partial void LeasesReachable(ILogger log);

    [LoggerMessage(1312, LogLevel.Warning,
        "{Bytes} bytes of account {AccountId} could not be given back: they come back when the lease ends")]
    public static partial void LeaseNotReturned(ILogger log, Exception fault, long accountId, long bytes);

    [LoggerMessage(1300, LogLevel.Error, "Handing usage to its sink failed; it is offered again")]
    public static partial void UsageSinkFault(ILogger log, Exception fault);

    [LoggerMessage(1320, LogLevel.Error,
        "What went to {Targets} hosts is not in the statistics of destinations; what is billed is not concerned")]
    public static partial void TargetSinkFault(ILogger log, Exception fault, int targets);

    [LoggerMessage(1301, LogLevel.Error,
        "The usage journal takes no more: {Reason}. {Counters} counters are held in memory; traffic goes on")]
    public static partial void JournalRefuses(ILogger log, string reason, int counters);

    [LoggerMessage(1302, LogLevel.Information, "The usage journal takes everything again")]
    public static partial void JournalTakesAgain(ILogger log);

    [LoggerMessage(1303, LogLevel.Critical,
        "The usage journal takes no more, and {Counters} counters are held in memory, which is the bound: new connections are "
            + "refused")]
    public static partial void JournalFull(ILogger log, int counters);

    [LoggerMessage(1304, LogLevel.Error,
        "Usage journal {Segment}: {Bytes} bytes at its end are torn or damaged and are discarded; {Kept} bytes before them are "
            + "whole")]
    public static partial void JournalTorn(ILogger log, string segment, long bytes, long kept);

    [LoggerMessage(1305, LogLevel.Information,
        "The usage journal of an earlier run is there: {Segments} segments, {Bytes} bytes")]
    public static partial void JournalRecovered(ILogger log, int segments, long bytes);

    [LoggerMessage(1306, LogLevel.Error,
        "Usage journal {Segment}: {Bytes} bytes that were written cannot be read again and are lost")]
    public static partial void JournalDamaged(ILogger log, string segment, long bytes);

    [LoggerMessage(1307, LogLevel.Error,
        "The usage journal is written but not synced, so a power loss may take more than a second: {Reason}")]
    public static partial void JournalNotSynced(ILogger log, string reason);

    [LoggerMessage(1308, LogLevel.Critical,
        "{Counters} counters were on no disk and in no database when the node stopped, and are lost")]
    public static partial void JournalHeldLost(ILogger log, int counters);

    [LoggerMessage(1313, LogLevel.Warning,
        "Which runs used the journal cannot be noted: if this one is killed, customers wait up to 15 minutes for what it holds "
            + "of their quotas")]
    public static partial void JournalRunsNotKept(ILogger log, Exception fault);

    [LoggerMessage(1314, LogLevel.Error, "Work beside the event loops failed and starts again")]
    public static partial void BackgroundFault(ILogger log, Exception fault);

    [LoggerMessage(1309, LogLevel.Error, "Syncing the usage journal failed; it is tried again")]
    public static partial void JournalFault(ILogger log, Exception fault);
}
