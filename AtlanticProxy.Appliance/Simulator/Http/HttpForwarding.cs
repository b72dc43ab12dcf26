using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Simulator.Grammars;
using AtlanticProxy.Simulator.Transport;

namespace AtlanticProxy.Simulator.Http;

/// <summary>
/// Absolute-form requests of one client, sent on to their origins; the last origin's connection is kept for the next request.
/// </summary>
internal sealed class HttpForwarding(ProviderSimulator provider, Peer client)
{
    private Destination? _keptTo;
    private Peer? _kept;

    /// <summary>
    /// Sends one request on and its response back, both as they come; 502 when there is none. True when the client may send
    /// another.
    /// </summary>
    public async Task<bool> SendAsync(
        HttpHead request, string method, string path, Destination destination, Subscriber subscriber)
    {
        if (await OriginAsync(destination) is not { } origin)
            return await RefuseAsync(request);

        var meter = provider.Bill.Open(subscriber);
        meter.Up(request.Bytes);
        string[] upgrade = request["Upgrade"] is null ? [] : ["Connection: Upgrade"];
        var sending = SendRequestAsync(origin, request.Forward($"{method} {path} HTTP/1.1", upgrade),
            BodyFraming.OfRequest(request), meter);
        bool again = false;
        try
        {
            again = await RelayResponseAsync(origin, request, method, sending, meter)
                ?? await RefuseAsync(request);
        }
        finally
        {
            // Whatever of the request body is still under way has nowhere to go.
            if (!again)
                origin.Abort();
            if (!sending.IsCompleted)
            {
                client.TryFinishSending();
                await using var giveUp = client.AbortUnlessEnded(provider.Time);
                await sending;
            }
        }
        if (!again)
            DropOrigin();
        return again;
    }

    public void DropOrigin()
    {
        provider.Peers.Release(_kept);
        (_kept, _keptTo) = (null, null);
    }

    // What stopping has ended is no failure of the origin's: the client's connection is about to be ended as well.
    private ValueTask<bool> RefuseAsync(HttpHead request)
    {
        provider.Stopping.ThrowIfCancellationRequested();
        return Refusal.SendAsync(client, request, HttpStatusCode.BadGateway);
    }

    private async Task<Peer?> OriginAsync(Destination destination)
    {
        if (_kept is { } kept && _keptTo == destination && kept.IsQuiet)
            return kept;
        DropOrigin();
        if (await destination.DialAsync(provider.Options.ReachesRealSites, provider.Stopping) is not { } dialled)
            return null;
        (_kept, _keptTo) = (provider.Peers.Add(dialled), destination);
        return dialled;
    }

    // True when all of it was sent. Never throws: what could not be sent shows in the response, or in its absence.
    private async Task<bool> SendRequestAsync(Peer origin, byte[] head, BodyFraming body, BillMeter meter)
    {
        try
        {
            await origin.SendAsync(head);
            if (await body.CopyAsync(client, origin, meter.Up))
                return true;
            origin.FinishSending();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or ProtocolException)
        {
            // The origin may still have answered (413, say); a client that is gone must not leave the origin waiting for it.
            if (e is ProtocolException || !origin.TryFinishSending())
                origin.Abort();
        }
        return false;
    }

    // As SendAsync, and null when the origin gave nothing and the client has been told nothing.
    private async Task<bool?> RelayResponseAsync(
        Peer origin, HttpHead request, string method, Task<bool> sending, BillMeter meter)
    {
        while (true)
        {
            if (await ReadResponseAsync(origin) is not { } response || StatusOf(response) is not { } status)
                return null;

            var body = BodyFraming.OfResponse(response, status, method);
            bool sentAll = sending.IsCompletedSuccessfully && await sending;
            bool keep = status < 200
                || (sentAll && !body.EndsWithConnection && request.FirstLine.EndsWith("HTTP/1.1", StringComparison.Ordinal)
                && !request.Has("Connection", "close") && !request.Has("Proxy-Connection", "close"));
            string[] connection = status == 101 ? ["Connection: Upgrade"] : keep ? [] : ["Connection: close"];
            byte[] head = response.Forward(response.FirstLine, connection);
            meter.Down(head.Length);
            await client.SendAsync(head);

            if (status == 101)
            {
                await sending;
                await Relay.RunAsync(client, origin, meter, provider.MaxDown);
                return false;
            }
            if (status < 200)
                continue;
            if (!await body.CopyAsync(origin, client, meter.Down, provider.MaxDown))
                return false;
            if (!response.FirstLine.StartsWith("HTTP/1.1", StringComparison.Ordinal) || response.Has("Connection", "close"))
                DropOrigin();
            return keep;
        }
    }

    private static async Task<HttpHead?> ReadResponseAsync(Peer origin)
    {
        try
        {
            return await HttpHead.ReadAsync(origin);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or ProtocolException)
        {
            return null;
        }
    }

    private static int? StatusOf(HttpHead response) =>
        response.FirstLine.Split(' ', 3) is [var version, var code, ..] && version.StartsWith("HTTP/1.", StringComparison.Ordinal)
            && code.Length == 3 && int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int status)
            && status >= 100
                ? status
                : null;
}
