namespace AtlanticProxy.Engine.Limits;

/// <summary>
/// Limits of one proxy user, or of all proxy users of one customer together. Null is no limit. They hold for each node.
/// </summary>
public sealed record UseLimits
{
    public static readonly UseLimits None = new();

    /// <summary>Connections at a time.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>New connections a second, evenly; as many at once.</summary>
    public int? ConnectionsPerSecond { get; init; }

    /// <summary>Requests and tunnels a minute, evenly; as many at once.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Different client addresses at a time (IPv6: /64 networks).</summary>
    public int? MaxClientAddresses { get; init; }

    /// <summary>Bytes per second from clients, over all tunnels.</summary>
    public long? SpeedUp { get; init; }

    /// <summary>Bytes per second to clients, over all tunnels.</summary>
    public long? SpeedDown { get; init; }
}
