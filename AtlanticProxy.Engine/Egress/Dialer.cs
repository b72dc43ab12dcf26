using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tls;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Egress;

/// <summary>Step 6: dials the candidates of a route until one stands. A candidate that fails gives way to the next at once; one that is silent is raced by it.</summary>
internal sealed class Dialer(EngineOptions options, HostResolver resolver, AddressGuard guard, TlsUpstreams tls, ILogger log)
{
    private readonly DirectConnector _direct = new(resolver, guard);
    private readonly HttpConnector _http = new(resolver, null);
    private readonly HttpConnector _https = new(resolver, tls);
    private readonly Socks5Connector _socks5 = new(resolver);

    /// <summary>Dials for <paramref name="client"/>, which stops it by going away. Continues on the client's loop.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<DialResult> DialAsync(ClientConnection client, ImmutableArray<Candidate> route, Destination destination, bool asTunnel)
    {
        if (route.IsEmpty)
            return DialResult.Failed(ConnectionOutcome.NoExit);

        DialResult result;
        if (route.Length == 1)
        {
            var attempt = new DialAttempt(client.Worker, route[0], destination, options.DialTimeout);
            client.Pending = attempt;
            result = await AttemptAsync(attempt, asTunnel);
        }
        else
        {
            var race = new DialRace(client.Worker, this, route, destination, asTunnel, options.DialTimeout);
            client.Pending = race;
            result = await race.RunAsync();
        }

        if (client.Pending is { } pending)
        {
            client.Pending = null;
            if (pending is DialAttempt { IsCancelled: true } or DialRace { IsCancelled: true } && result.Upstream is null)
                return DialResult.Failed(ConnectionOutcome.ClientReset);
        }
        return result;
    }

    /// <summary>Dials one candidate.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<DialResult> AttemptAsync(DialAttempt attempt, bool asTunnel)
    {
        var provider = attempt.Candidate.Provider;
        IEgressConnector connector = provider.Protocol switch
        {
            UpstreamProtocol.Direct => _direct,
            UpstreamProtocol.Socks5 => _socks5,
            UpstreamProtocol.Http => _http,
            UpstreamProtocol.Https => _https,
        };
        var result = await connector.DialAsync(attempt, asTunnel);
        if (result.Upstream is null)
        {
            if (result.Failure == ConnectionOutcome.UpstreamRejectedUs)
                EngineLog.ProviderRejectsUs(log, provider.Name);
            return result;
        }
        if (attempt.IsCancelled)
        {
            result.Upstream.Close();
            return DialResult.Failed(ConnectionOutcome.UpstreamFailed);
        }
        result.Upstream.Socket.ClearDeadline();
        return result;
    }
}
