using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;

namespace AtlanticProxy.Engine.ConnectionLog;

/// <summary>
/// What is gathered of an admitted request while it runs: the one allocation that the connection log costs it. Used on its loop
/// only.
/// </summary>
/// <param name="proxyUserId">Whose it is.</param>
/// <param name="destination">Null for datagrams.</param>
/// <param name="country">That was asked for; empty when none was, or several.</param>
internal sealed class RequestTrace(long proxyUserId, Destination? destination, string country)
{
    public long ProxyUserId { get; } = proxyUserId;

    public string Host { get; } = destination?.Host ?? "";

    public int Port { get; } = destination?.Port ?? 0;

    /// <summary>0 before an exit was reached.</summary>
    public long ProviderId { get; private set; }

    public string Country { get; private set; } = country;

    /// <summary>From the request to an exit that is ready for it; null before, and where an open one was used again.</summary>
    public long? ConnectMs { get; private set; }

    public long BytesUp { get; set; }

    public long BytesDown { get; set; }

    /// <summary>It goes out this way.</summary>
    /// <param name="connectMs">How long it took to get there; null when nothing had to be dialled.</param>
    public void Through(Candidate candidate, long? connectMs) =>
        (ProviderId, Country, ConnectMs) = (candidate.Provider.Id, candidate.Country, connectMs);
}
