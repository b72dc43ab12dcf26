using System.Net;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.ConnectionLog;

/// <summary>One ending, as it is kept.</summary>
[Table("connection_log")]
internal sealed class LoggedConnection
{
    [PrimaryKey(1)]
    public long ProxyUserId { get; set; }

    /// <summary>Connections are kept by the day of their end: that of a long one is never too old for its partition.</summary>
    [PrimaryKey(2)]
    public DateTimeOffset EndedAt { get; set; }

    [PrimaryKey(3)]
    public long Id { get; set; }

    public long DurationMs { get; set; }

    /// <summary>The name of the engine's outcome, which outlives a renumbering.</summary>
    public required string Outcome { get; set; }

    public bool Refused { get; set; }
    public string? Detail { get; set; }
    public required IPAddress ClientAddress { get; set; }

    /// <summary>Empty when there was none, or destinations are not kept.</summary>
    public required string Host { get; set; }

    public int Port { get; set; }

    /// <summary>0 when no exit was reached.</summary>
    public long ProviderId { get; set; }

    public required string Country { get; set; }

    /// <summary>Null when no exit was reached, or one was open already.</summary>
    public int? ConnectMs { get; set; }

    public long BytesUp { get; set; }
    public long BytesDown { get; set; }
}
