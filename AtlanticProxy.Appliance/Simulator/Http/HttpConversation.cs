using System.Net;
using AtlanticProxy.Simulator.Grammars;
using AtlanticProxy.Simulator.Transport;

namespace AtlanticProxy.Simulator.Http;

/// <summary>HTTP/1.1 with one client: CONNECT, or absolute-form requests one after the other.</summary>
internal sealed class HttpConversation(ProviderSimulator provider, Peer client)
{
    // Not HTTP, not SOCKS, and no valid UTF-8.
    private static readonly byte[] s_garbage = [0x00, 0xff, 0xfe, 0x13, 0x37, 0x80, 0xc0, 0x0d, 0x0a];

    private readonly HttpForwarding _forwarding = new(provider, client);

    public async Task RunAsync()
    {
        try
        {
            while (await HttpHead.ReadAsync(client) is { } request)
                if (!await AnswerAsync(request))
                    return;
        }
        finally
        {
            _forwarding.DropOrigin();
        }
    }

    // True when the client may send another request.
    private async Task<bool> AnswerAsync(HttpHead request)
    {
        provider.HeardRequest();
        var fault = provider.Fault;
        switch (fault.Kind)
        {
            case FaultKind.Refuse:
                client.Abort();
                return false;
            case FaultKind.Blackhole:
                await client.DrainAsync();
                return false;
            case FaultKind.Garbage:
                await client.SendAsync(s_garbage);
                return false;
        }

        var chance = await provider.WaitAsync();
        if (chance == FaultKind.Blackhole)
        {
            await client.DrainAsync();
            return false;
        }
        if (request.FirstLine.Split(' ') is not [var method, var target, "HTTP/1.1" or "HTTP/1.0"])
            return await RefuseAsync(request, HttpStatusCode.BadRequest);

        var (username, password) = Account.ReadBasic(request["Proxy-Authorization"]);
        var admission = provider.Account.Admit(username, password);
        if (admission.BadToken is { } token && fault.Kind != FaultKind.Reject407)
            return await Refusal.SendAsync(client, request, HttpStatusCode.BadRequest,
                $"Not understood in the credentials: {token}");
        if (admission.Subscriber is not { } subscriber || fault.Kind == FaultKind.Reject407)
            return await RefuseAsync(request, HttpStatusCode.ProxyAuthenticationRequired);
        if (fault.Kind == FaultKind.Status)
            return await RefuseAsync(request, (HttpStatusCode)fault.Value);
        if (chance == FaultKind.Status)
            return await RefuseAsync(request, HttpStatusCode.BadGateway);

        if (method == "CONNECT")
            return await TunnelAsync(request, Destination.Parse(target), subscriber);

        const string Scheme = "http://";
        if (!target.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return await RefuseAsync(request, HttpStatusCode.BadRequest);
        int pathAt = target.AsSpan(Scheme.Length).IndexOfAny('/', '?');
        string authority = pathAt < 0 ? target[Scheme.Length..] : target.Substring(Scheme.Length, pathAt);
        string path = pathAt < 0 ? "/" : target[(Scheme.Length + pathAt)..];
        if (Destination.Parse(authority[(authority.LastIndexOf('@') + 1)..], defaultPort: 80) is not { } destination)
            return await RefuseAsync(request, HttpStatusCode.BadRequest);
        return await ForwardAsync(request, method, path.StartsWith('/') ? path : "/" + path, destination, subscriber);
    }

    private async Task<bool> TunnelAsync(HttpHead request, Destination? destination, Subscriber subscriber)
    {
        if (destination is null)
            return await RefuseAsync(request, HttpStatusCode.BadRequest);

        var exit = provider.Exits.For(provider.Account.Name, subscriber.Wanted);
        var established = "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray();
        if (destination.IsSimulated)
        {
            await client.SendAsync(established);
            await new SimulatedOrigin(provider, client).ServeTunnelAsync(exit, subscriber);
            return false;
        }
        if (await destination.DialAsync(provider.Options.ReachesRealSites, provider.Stopping) is not { } dialled)
            return await RefuseAsync(request, HttpStatusCode.BadGateway);

        var origin = provider.Peers.Add(dialled);
        try
        {
            await client.SendAsync(established);
            await Relay.RunAsync(client, origin, provider.Bill.Open(subscriber), provider.MaxDown);
        }
        finally
        {
            provider.Peers.Release(origin);
        }
        return false;
    }

    private async Task<bool> ForwardAsync(
        HttpHead request, string method, string path, Destination destination, Subscriber subscriber)
    {
        var exit = provider.Exits.For(provider.Account.Name, subscriber.Wanted);
        if (destination.IsSimulated)
        {
            // Looking at the bill is free.
            bool free = path == SimulatedOrigin.BillPath;
            var pageMeter = free ? null : provider.Bill.Open(subscriber);
            pageMeter?.Up(request.Bytes);
            return await new SimulatedOrigin(provider, client)
                .AnswerAsync(request, path, exit, subscriber, down => pageMeter?.Down(down));
        }

        return await _forwarding.SendAsync(request, method, path, destination, subscriber);
    }

    private ValueTask<bool> RefuseAsync(HttpHead request, HttpStatusCode status) => Refusal.SendAsync(client, request, status);
}
