using System.Net;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Egress.Resolving;

/// <summary>
/// The resolvers of an engine. Providers' names have one of their own: whatever customers ask for does not keep them waiting.
/// </summary>
internal sealed class Resolvers(EngineOptions options, TimeProvider time, ILogger log, Func<string, IPAddress[]> lookUp)
    : IDisposable
{
    /// <summary>Threads for names of providers, which are few and seldom asked for.</summary>
    private const int ProviderThreads = 4;

    /// <summary>For names that customers ask for; each customer is one asker.</summary>
    public HostResolver Destinations { get; } = new(time, log, lookUp, options.ResolverThreads);

    /// <summary>For the endpoints of providers; each provider is one asker.</summary>
    public HostResolver Providers { get; } = new(time, log, lookUp, ProviderThreads);

    public void Dispose()
    {
        Destinations.Dispose();
        Providers.Dispose();
    }
}
