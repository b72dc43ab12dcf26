using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Protocols.Http;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Connections;

/// <summary>When a new client is sent away because this node is full, and what it reads then. Shared by all loops.</summary>
/// <param name="usage">Where usage goes; null where nothing is billed.</param>
/// <param name="answer">What a client reads that is sent away.</param>
/// <param name="headLength">Bytes of the answer's head, which is all that a HEAD request gets.</param>
internal sealed class LoadShedding(
    NodeConnections node, MemoryWatch memory, IUsageSink? usage, byte[] answer, int headLength, ILogger log)
{
    /// <summary>Why a client that was just accepted cannot be served; null when it can.</summary>
    /// <param name="fd">Its descriptor.</param>
    /// <param name="accepted">Clients that were accepted and are not counted as open yet.</param>
    public string? ReasonToRefuse(int fd, int accepted)
    {
        if (fd >= DescriptorLimit.Ceiling)
            return "file descriptors are nearly used up";
        if (node.Open + accepted >= node.Max)
            return "the limit of connections is reached";
        if (memory.Pressure == MemoryPressure.RefuseNew)
            return "memory is nearly used up";
        return usage is { IsFull: true }
            ? "its bytes could not be billed: neither disk nor database takes usage"
            : null;
    }

    /// <summary>Logs that a listener begins to send clients away.</summary>
    public void LogBegin(string reason) => EngineLog.Shedding(log, reason);

    /// <summary>Logs that a listener takes clients again.</summary>
    /// <param name="shed">Clients that it has sent away meanwhile.</param>
    public void LogEnd(long shed) => EngineLog.ShedEnded(log, shed);

    /// <summary>Counts a client that was sent away.</summary>
    /// <param name="counts">Of the loop that accepted it.</param>
    public void Count(LoopCounts counts)
    {
        counts.CountRefusal(ConnectionOutcome.Overloaded);
        node.CountRefused();
    }

    /// <summary>What to answer, by what the client has sent so far.</summary>
    public ReadOnlySpan<byte> AnswerTo(ReadOnlySpan<byte> received) =>
        answer.AsSpan(0, RequestLine.BeginsWithHead(received) ? headLength : answer.Length);
}
