using System.Net;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine;

/// <summary>Every line that the engine logs. Event ids: 1000-1099 life cycle, 1100-1199 connections, 1200-1299 upstreams, 1300-1399 usage.</summary>
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

    [LoggerMessage(1008, LogLevel.Information, "Block lists: category {Category} has {Names} names in {Bytes} bytes; {Skipped} lines were not understood")]
    public static partial void BlockListRead(ILogger log, string category, int names, long bytes, int skipped);

    [LoggerMessage(EventId = 1006, Message = "Memory is {Percent} % used: {Pressure}")]
    public static partial void MemoryPressure(ILogger log, LogLevel level, int percent, Diagnostics.MemoryPressure pressure);

    [LoggerMessage(1100, LogLevel.Error, "A connection failed")]
    public static partial void ConnectionFault(ILogger log, Exception fault);

    [LoggerMessage(1101, LogLevel.Warning, "Shedding new connections: {Reason}")]
    public static partial void Shedding(ILogger log, string reason);

    [LoggerMessage(1102, LogLevel.Information, "Accepting again; {Shed} connections were shed")]
    public static partial void ShedEnded(ILogger log, long shed);

    [LoggerMessage(EventId = 1103, Message = "Refused with {Outcome}: client {Client}, proxy user {ProxyUserId}, destination {Destination}")]
    public static partial void Refused(ILogger log, LogLevel level, Diagnostics.ConnectionOutcome outcome, IPAddress client, long? proxyUserId, string? destination);

    [LoggerMessage(1104, LogLevel.Debug, "A client's TLS handshake failed: {Reason}")]
    public static partial void HandshakeFailed(ILogger log, string reason);

    [LoggerMessage(1200, LogLevel.Error, "Provider {Provider} rejects us ({Detail}): check its username and password, and whether its account is paid")]
    public static partial void ProviderRejectsUs(ILogger log, string provider, string detail);

    [LoggerMessage(1201, LogLevel.Warning, "Provider {Provider} fails ({Part}; {Fault}, {Detail}): nothing but a trial once in a while is sent there until one succeeds")]
    public static partial void BreakerOpened(ILogger log, string provider, string part, Egress.Health.UpstreamFault fault, string? detail);

    [LoggerMessage(1300, LogLevel.Error, "Handing usage to its sink failed; it is offered again")]
    public static partial void UsageSinkFault(ILogger log, Exception fault);
}
