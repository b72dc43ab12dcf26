using System.Net;
using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Dialects;
using AtlanticProxy.Engine.Dialects.Shadowsocks;
using AtlanticProxy.Engine.Dialects.Socks;
using AtlanticProxy.Engine.Egress;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Protocols.Http;
using AtlanticProxy.Engine.Relay;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Tunnels;
using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.Engine;

/// <summary>
/// The way of one connection, in order:
/// <list type="number">
/// <item><see cref="ProxyListener"/> accepts it and registers a <see cref="ClientConnection"/>.</item>
/// <item>The first byte picks the <see cref="IClientDialect"/>.</item>
/// <item>The dialect reads an immutable <see cref="ProxyRequest"/>.</item>
/// <item><see cref="AdmissionControl"/> turns it into an <see cref="Admission.Admission"/>, or a named refusal.</item>
/// <item><see cref="RouteSelector"/> turns its targeting into an ordered route of candidates.</item>
/// <item><see cref="Dialer"/> dials; failures before the first byte move to the next candidate.</item>
/// <item>The dialect answers once; a <see cref="Tunnel"/> or an <see cref="HttpExchange"/> moves the bytes and counts
/// them.</item>
/// <item>The usage meter has booked the bytes, and the connection leaves the table.</item>
/// </list>
/// Plain HTTP repeats 3 to 7 for each request. Runs on the connection's loop from end to end.
/// </summary>
internal sealed class ProxyPipeline(EngineContext context, KeyFinder shadowsocksKeys)
{
    private readonly EngineOptions _options = context.Options;
    private readonly HttpForwarder _forwarder = new(context.Dialer, context.Node, context.Options);

    /// <summary>Where datagrams are to be sent, when it is another address than we see.</summary>
    private readonly IPAddress? _udpAddress =
        context.Options.UdpAddress.Length > 0 ? IPAddress.Parse(context.Options.UdpAddress) : null;

    /// <summary>Serves a connection to its end, or until it is a tunnel (then null). Never throws.</summary>
    public async LoopTask<ConnectionOutcome?> ServeAsync(ClientConnection client)
    {
        try
        {
            var (dialect, ended) = await GreetAsync(client);
            if (dialect is not null)
                ended = await ServeRequestsAsync(client, dialect);
            if (ended is { } outcome)
                client.Close(outcome); // step 8; a tunnel closes itself
            return ended;
        }
        catch (Exception fault)
        {
            client.Home.Loop.OnFault(fault);
            await client.Home.Loop.SwitchTo(); // it may have been thrown where other threads had worked
            client.Close(ConnectionOutcome.InternalError);
            return ConnectionOutcome.InternalError;
        }
    }

    /// <summary>What the client speaks; or how it ended before that was known.</summary>
    private async LoopTask<Greeting> GreetAsync(ClientConnection client)
    {
        // 1. Whose connection it is, where a balancer stands before us; and whether that address has enough.
        if (context.Balancers.Contains(client.Remote.Address) && await context.Balancers.ReadHeaderAsync(client) is { } headless)
            return headless;
        bool admissible = client.JoinAddress();

        if (client.Port.IsShadowsocks)
            return admissible
                ? new Greeting(new ShadowsocksDialect(context.StreamSalts, shadowsocksKeys, context.StreamKeys), null)
                : ConnectionOutcome.TooManyConnections;

        // 2. The first byte picks the dialect; inside TLS, it is the first byte there.
        int first = await ReadFirstBytesAsync(client);
        if (first <= 0)
            return first == 0
                ? ConnectionOutcome.Completed
                : ConnectionOutcome.RequestTimeout; // it said nothing, and is dropped without a word
        if (client.Input.Bytes[0] == TlsTerminator.FirstByte && context.Tls is { IsReady: true } tls)
        {
            if (!admissible)
                return ConnectionOutcome.TooManyConnections; // a handshake is what a crowd must not get
            if (await tls.OpenAsync(client) is { } failed)
                return failed;
            first = await ReadFirstBytesAsync(client);
            if (first <= 0)
                return first == 0 ? ConnectionOutcome.Completed : ConnectionOutcome.RequestTimeout;
        }
        else if (client.Port.NeedsTls)
            return ConnectionOutcome.BadRequest;
        var dialect = PickDialect(client.Input.Bytes[0]);
        if (dialect is null)
            return ConnectionOutcome.BadRequest;
        if (!admissible)
            return await RefuseLastAsync(client, dialect, null, new Refusal(ConnectionOutcome.TooManyConnections));
        return new Greeting(dialect, null);
    }

    /// <summary>Null when the connection became a tunnel.</summary>
    private async LoopTask<ConnectionOutcome?> ServeRequestsAsync(ClientConnection client, IClientDialect dialect)
    {
        while (true)
        {
            // 3. The dialect reads a request.
            client.Socket.SetDeadline(_options.HeadTimeout);
            var read = await dialect.ReadRequestAsync(client);
            client.Socket.ClearDeadline();
            client.RequestedAt = client.Home.Loop.Now;
            if (read.Request is not { } request)
                return read.Refusal is { } refusal ? await RefuseLastAsync(client, dialect, null, refusal) : read.Ended;

            // 4 and 5. Whether it may, and which way.
            var route = await FindRouteAsync(client, dialect.Kind, request);

            // 6 and 7, by the shape of what is carried.
            if (request.Kind != RequestKind.Tunnel)
                client.BeginTotal(); // a tunnel counts its own time
            var ended = await (route.IsEmpty ? RefuseAsync(client, dialect, request, route.Refusal) : request.Kind switch
            {
                RequestKind.Tunnel => OpenTunnelAsync(client, dialect, request, route),
                RequestKind.Datagrams => AssociateAsync(client, dialect, request, route),
                RequestKind.HttpForward => ForwardAsync(client, dialect, request, route),
            });
            client.EndTotal();
            if (request.Head is { } head)
                client.Home.Egress.Heads.Return(head);
            if (ended != RequestEnd.Another)
                return ended == RequestEnd.Tunnel ? null : client.LastOutcome;
            client.EndRequest();
        }
    }

    /// <summary>The ways for a request; none, and the refusal, when it may not go on.</summary>
    private async LoopTask<Route> FindRouteAsync(ClientConnection client, ClientDialects dialect, ProxyRequest request)
    {
        // 4. Admission.
        var who = request.Who ?? await context.Admission.AuthenticateAsync(client, request.Credentials);
        bool datagrams = request.Kind == RequestKind.Datagrams;
        var admitted = context.Admission.Authorize(client, who, dialect, datagrams ? null : request.Destination);
        if (admitted.Admission is not { } admission)
            return Route.None(admitted.Refusal);
        client.Membership?.Asks(admission.Targeting.Fields);
        if (client.Membership?.Lease is { } lease && context.Leases.NeedsToAsk(lease)
            && await EnsureLeaseAsync(client, lease) is { } spent)
            return Route.None(new Refusal(spent));
        client.BeginTrace(admission.Entry, datagrams ? null : request.Destination, admission.Targeting.Country);
        (client.Destination, client.Reached) = (datagrams ? null : request.Destination, null);

        // 5. Route.
        return context.Routes.Select(context.Live.Snapshot, context.Live.Routing, admission.User, admission.Targeting, datagrams);
    }

    private async LoopTask<RequestEnd> OpenTunnelAsync(
        ClientConnection client, IClientDialect dialect, ProxyRequest request, Route route)
    {
        // 6. Dial.
        var dialled = await context.Dialer.DialAsync(client, route.Candidates, request.Destination, asTunnel: true);
        client.Pending = null;
        if (dialled.Upstream is not { } upstream)
            return await RefuseAsync(client, dialect, request, dialled.Failure!.Refusal);
        if (client.CutAs is { } cut)
        {
            upstream.Close();
            return End(client, cut);
        }

        client.TraceThrough(upstream.Candidate, dialled: true);
        client.Reached = upstream.Reached;

        // 7. Answer, and relay.
        bool isTunnel = false;
        try
        {
            if (await dialect.AcceptTunnelAsync(client) < 0)
                return End(client, ConnectionOutcome.ClientReset);
            var user = client.Entry!.User;
            if (DestinationPolicy.ConcernsNames(context.Live.Snapshot, user)
                && await context.ServerNames.RunAsync(client, upstream, user) is { } refusal)
            {
                if (refusal.Outcome == ConnectionOutcome.DestinationForbidden)
                    OnRefused(client, request.Destination, refusal);
                return End(client, refusal.Outcome);
            }
            client.BecomeTunnel(upstream, client.CounterFor(upstream.Candidate, request.Destination.Host));
            isTunnel = true;
            return RequestEnd.Tunnel;
        }
        finally
        {
            if (!isTunnel)
                upstream.Close();
        }
    }

    // The one thing that admission may wait for, and only when an account comes for the first time, or is spent.
    private async LoopTask<ConnectionOutcome?> EnsureLeaseAsync(ClientConnection client, AccountLease lease)
    {
        var state = await context.Leases.EnsureAsync(lease);
        await client.Home.Loop.SwitchTo();
        if (client.Membership?.Gate is { IsOnFloor: true })
            return null;
        return state switch
        {
            LeaseState.Granted => null,
            LeaseState.QuotaExhausted => ConnectionOutcome.QuotaExhausted,
            LeaseState.BalanceExhausted => ConnectionOutcome.BalanceExhausted,
            LeaseState.SubscriptionEnded => ConnectionOutcome.SubscriptionEnded,
            null => ConnectionOutcome.QuotaUnknown,
        };
    }

    private async LoopTask<RequestEnd> AssociateAsync(
        ClientConnection client, IClientDialect dialect, ProxyRequest request, Route route)
    {
        // 6. An exit for datagrams. A client inside TLS sends its datagrams beside it, in plain: RFC 1928 has nothing else.
        if (client.Local is not { } local)
            return await RefuseAsync(client, dialect, request, new Refusal(ConnectionOutcome.NoExit));
        var opened = await context.UdpDialer.OpenAsync(client.Home.Egress, client.Entry!.User, route, attempt =>
            client.Pending = attempt);
        client.Pending = null;
        if (opened.Exit is not { } exit)
            return await RefuseAsync(client, dialect, request, opened.Refusal);
        if (UdpAssociation.Open(client, context.Admission, local.Address, exit, client.CounterFor(exit.Candidate, target: ""),
                _options.DatagramIdleTimeout) is not { } association)
            return await RefuseAsync(client, dialect, request, new Refusal(ConnectionOutcome.Overloaded));

        client.TraceThrough(exit.Candidate, dialled: true);
        client.Datagrams = exit;

        // 7. Answer, and relay until its TCP connection ends.
        bool told = client.CutAs is null && await dialect.AcceptTunnelAsync(client, ToldToClient(association.Endpoint)) >= 0;
        var outcome = told ? await association.RunAsync() : ConnectionOutcome.ClientReset;
        association.Close();
        if (client.Trace is { } trace)
            (trace.BytesUp, trace.BytesDown) = (exit.BytesUp, exit.BytesDown);
        return End(client, outcome);
    }

    private IPEndPoint ToldToClient(IPEndPoint endpoint) =>
        _udpAddress is null ? endpoint : new IPEndPoint(_udpAddress, endpoint.Port);

    private async LoopTask<RequestEnd> ForwardAsync(
        ClientConnection client, IClientDialect dialect, ProxyRequest request, Route route)
    {
        // 6 and 7.
        var forwarded = await _forwarder.RunAsync(client, request, route);
        switch (forwarded.End)
        {
            case ForwardEnd.Refused:
                return await RefuseAsync(client, dialect, request, forwarded.Why);
            case ForwardEnd.RefusedLast:
                await RefuseLastAsync(client, dialect, request, forwarded.Why);
                return End(client, forwarded.Why.Outcome);
            case ForwardEnd.OverEarly:
                await LingeringClose.RunAsync(client, sendsBody: true);
                return End(client, forwarded.Why.Outcome);
            case ForwardEnd.Over:
                return End(client, forwarded.Why.Outcome);
            default:
                return forwarded.End == ForwardEnd.Tunnel ? RequestEnd.Tunnel : RequestEnd.Another;
        }
    }

    /// <summary>Bytes to look at, 0 at the end of the stream, or a negative errno.</summary>
    private LoopTask<int> ReadFirstBytesAsync(ClientConnection client)
    {
        if (!client.Input.IsEmpty)
            return new(client.Input.Bytes.Length); // they came with a PROXY header
        client.Socket.SetDeadline(_options.HeadTimeout);
        return client.Input.ReadMoreAsync();
    }

    private IClientDialect? PickDialect(byte first) => first switch
    {
        Socks5Dialect.Version or Socks5Dialect.Version4 => new Socks5Dialect(context.Admission),
        >= (byte)'A' and <= (byte)'Z' or >= (byte)'a' and <= (byte)'z' or (byte)'\r' => context.Http,
        _ => null,
    };

    private async LoopTask<RequestEnd> RefuseAsync(
        ClientConnection client, IClientDialect dialect, ProxyRequest request, Refusal refusal)
    {
        if (client.CutAs is { } cut)
            return End(client, cut);
        if (refusal.Outcome == ConnectionOutcome.ClientReset)
            return End(client, refusal.Outcome);
        OnRefused(client, request.Destination, refusal);
        client.Socket.SetDeadline(_options.HeadTimeout);
        if (await dialect.RefuseAsync(client, request, refusal))
            return RequestEnd.Another;
        await LingeringClose.RunAsync(client, SendsBody(request));
        return End(client, refusal.Outcome);
    }

    private async LoopTask<ConnectionOutcome> RefuseLastAsync(
        ClientConnection client, IClientDialect dialect, ProxyRequest? request, Refusal refusal)
    {
        OnRefused(client, request?.Destination, refusal);
        client.Socket.SetDeadline(LingeringClose.Timeout);
        await dialect.RefuseAsync(client, request, refusal);
        await LingeringClose.RunAsync(client, SendsBody(request));
        return refusal.Outcome;
    }

    private void OnRefused(ClientConnection client, Destination? destination, Refusal refusal)
    {
        var outcome = refusal.Outcome;
        client.Home.Loop.Counts.CountRefusal(outcome);
        context.Node.CountRefused();
        client.RecordRefusal(destination, refusal);
        var level = Endings.Of(outcome).Level;
        if (context.Log.IsEnabled(level))
            EngineLog.Refused(context.Log, level, outcome, client.Remote.Address, client.Entry?.User.Id, destination?.Authority);
    }

    private static bool SendsBody(ProxyRequest? request) => request?.Head is { Framing: not BodyFraming.None };

    private static RequestEnd End(ClientConnection client, ConnectionOutcome outcome)
    {
        client.LastOutcome = outcome;
        return RequestEnd.Over;
    }

    private readonly record struct Greeting(IClientDialect? Dialect, ConnectionOutcome? Ended)
    {
        public static implicit operator Greeting(ConnectionOutcome ended) => new(null, ended);
    }

    private enum RequestEnd
    {
        Another,
        Over,
        Tunnel,
    }
}
