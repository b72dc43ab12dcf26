using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Dialects;
using AtlanticProxy.Engine.Dialects.Http;
using AtlanticProxy.Engine.Egress;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Protocols.Http;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Relay;

/// <summary>How forwarding a request ended for its client.</summary>
internal enum ForwardEnd
{
    /// <summary>Answered; the client may send another.</summary>
    Another,

    /// <summary>Answered, as far as it went, and it was the last.</summary>
    Over,

    /// <summary>Answered whole, as the last, while the client may still be sending its body.</summary>
    OverEarly,

    /// <summary>It became a tunnel.</summary>
    Tunnel,

    /// <summary>Not answered, and its head is still in the client's input.</summary>
    Refused,

    /// <summary>Not answered, and nobody knows any more where the next request would begin.</summary>
    RefusedLast,
}

/// <param name="Why">For all but <see cref="ForwardEnd.Another"/> and <see cref="ForwardEnd.Tunnel"/>.</param>
internal readonly record struct Forwarded(ForwardEnd End, Refusal Why = default);

/// <summary>
/// Steps 6 and 7 for a request in absolute form: over a waiting connection of its route or a new one, and over the next
/// candidate's where the first did not serve it.
/// </summary>
internal sealed class HttpForwarder(Dialer dialer, NodeConnections node, EngineOptions options)
{
    /// <summary>
    /// Times that one request may move to another upstream connection: a stale one, then each candidate of a route.
    /// </summary>
    private const int MaxAttempts = 6;

    public async LoopTask<Forwarded> RunAsync(ClientConnection client, ProxyRequest request, Route route)
    {
        if (request.Head!.ForwardsLeft(client.Input.Bytes) == 0)
            return await AnswerOptionsAsync(client, request.Head);
        bool replayable = request.Head.IsReplayable(client.Input.Bytes);
        bool isNew = false;
        var refusal = new Refusal(ConnectionOutcome.NoExit);
        for (int attempt = 0; attempt < MaxAttempts && !route.IsEmpty; attempt++)
        {
            // 6. A waiting connection of the route, or a new one.
            long user = client.Entry!.User.Id;
            var upstream = isNew
                ? null
                : client.Home.Egress.Pool.TryTake(user, route.Candidates[0], request.Destination, !replayable);
            if (upstream is not null && !dialer.StillPermits(client.Entry!.User, upstream))
            {
                upstream.Close(); // a new dial says which rule it is
                upstream = null;
            }
            bool isDialled = upstream is null;
            if (upstream is null)
            {
                var dialled = await dialer.DialAsync(client, route.Candidates, request.Destination, asTunnel: false);
                client.Pending = null;
                if (dialled.Failure is { } failure)
                    return new Forwarded(ForwardEnd.Refused, failure.Refusal);
                upstream = dialled.Upstream!;
            }

            client.TraceThrough(upstream.Candidate, isDialled);
            client.Reached = upstream.Reached;

            // 7. Request there, response back.
            var exchange = new HttpExchange(client, request, upstream,
                client.CounterFor(upstream.Candidate, request.Destination.Host));
            client.Pending = exchange;
            ExchangeEnd end;
            try
            {
                end = await exchange.RunAsync();
            }
            catch
            {
                upstream.Close(reset: true);
                throw;
            }
            client.Pending = null;
            if (end is ExchangeEnd.Reusable or ExchangeEnd.Closing or ExchangeEnd.Tunnel)
                upstream.Candidate.State.OnServed(upstream.Candidate);
            if (end == ExchangeEnd.Tunnel)
                return new Forwarded(ForwardEnd.Tunnel);
            if (!upstream.Pooled)
                upstream.Close(reset: end == ExchangeEnd.Closing);
            switch (end)
            {
                case ExchangeEnd.Reusable when client.CutAs is null && !node.IsDraining:
                    return new Forwarded(ForwardEnd.Another);
                case ExchangeEnd.Reusable or ExchangeEnd.Closing:
                    return new Forwarded(exchange.AnsweredEarly ? ForwardEnd.OverEarly : ForwardEnd.Over, exchange.Failure);
                case ExchangeEnd.Stale:
                    isNew = true;
                    continue;
                case ExchangeEnd.Failed when client.CutAs is not null
                    || exchange.Failure.Outcome == ConnectionOutcome.ClientReset:
                    return new Forwarded(ForwardEnd.Over, exchange.Failure); // there is nobody to serve
            }
            refusal = exchange.Failure;
            dialer.OnFault(upstream.Candidate, request.Destination, exchange.Fault, exchange.Failure.Detail,
                perhaps: true);
            if (exchange.HeadConsumed)
                return new Forwarded(ForwardEnd.RefusedLast, refusal);
            if (exchange.MayHaveServed && !replayable)
                return new Forwarded(ForwardEnd.Refused, refusal);
            // Not this provider, then: perhaps the next.
            route = route.Without(upstream.Candidate.Provider.Id);
        }
        return new Forwarded(ForwardEnd.Refused, refusal);
    }

    // Nobody may pass it on any more, so it is asked of us.
    private async LoopTask<Forwarded> AnswerOptionsAsync(ClientConnection client, HttpHead head)
    {
        bool whole = head.Framing == BodyFraming.None;
        bool another = whole && !head.Close && !node.IsDraining;
        client.Input.Consume(head.Length);
        client.Socket.SetDeadline(options.HeadTimeout);
        if (await client.Socket.SendAllAsync(HttpDialect.ComposeOptions(another)) < 0)
            return new Forwarded(ForwardEnd.Over, new Refusal(ConnectionOutcome.ClientReset));
        return new Forwarded(another ? ForwardEnd.Another : whole ? ForwardEnd.Over : ForwardEnd.OverEarly);
    }
}
