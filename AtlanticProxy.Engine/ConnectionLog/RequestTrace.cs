using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;

namespace AtlanticProxy.Engine.ConnectionLog;

/// <summary>
/// What is gathered of an admitted request while it runs: the one allocation that the connection log costs it. Used on its loop
/// only.
/// </summary>
/// <param name="proxyUserId">Whose it is.</param>
/// <param name="destination">Null for datagrams.</param>
internal sealed class RequestTrace(long proxyUserId, Destination? destination)
{
    public long ProxyUserId { get; } = proxyUserId;

    public string Host { get; } = destination?.Host ?? "";

    public int Port { get; } = destination?.Port ?? 0;

    /// <summary>0 before an exit was reached.</summary>
    public long ProviderId { get; private set; }

    public string Country { get; private set; } = "";

    public long BytesUp { get; set; }

    public long BytesDown { get; set; }

    /// <summary>It goes out this way.</summary>
    public void Through(Candidate candidate) => (ProviderId, Country) = (candidate.Provider.Id, candidate.Country);
}
