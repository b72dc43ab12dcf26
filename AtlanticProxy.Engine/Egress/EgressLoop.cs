using AtlanticProxy.Engine.Protocols.Http;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>What upstream connections use of the loop that they are on. Used on its loop only.</summary>
internal sealed class EgressLoop(EventLoop loop)
{
    public EventLoop Loop { get; } = loop;

    public HttpHeadPool Heads { get; } = new();

    /// <summary>Upstream connections that wait for their next request.</summary>
    public UpstreamPool Pool { get; } = new(loop);
}
