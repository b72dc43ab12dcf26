using System.Text;
using System.Text.Json;
using AtlanticProxy.Simulator.Exits;
using AtlanticProxy.Simulator.Grammars;
using AtlanticProxy.Simulator.Transport;

namespace AtlanticProxy.Simulator.Http;

/// <summary>The pages of <c>exit.test</c>, which the provider serves itself: the exit, and at <c>/bill</c> the bill.</summary>
internal sealed class SimulatedOrigin(ProviderSimulator provider, Peer client)
{
    public const string BillPath = "/bill";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>The first byte of a connection that speaks TLS (RFC 8446 section 5.1).</summary>
    private const byte TlsHandshake = 22;

    /// <summary>Answers requests inside a tunnel to the pages, HTTP or HTTPS, until the client ends it.</summary>
    public async Task ServeTunnelAsync(Exit exit, Subscriber subscriber)
    {
        var meter = provider.Bill.Open(subscriber);
        bool encrypted = await client.PeekAsync(1) is { } first && first.Span[0] == TlsHandshake;
        if (encrypted)
            await client.StartTlsAsync(provider.Certificate, meter, provider.Stopping);
        bool keep = true;
        while (keep && await HttpHead.ReadAsync(client) is { } request)
        {
            if (!encrypted)
                meter.Up(request.Bytes);
            keep = await AnswerAsync(request, PathOf(request), exit, subscriber, bytes =>
            {
                if (!encrypted)
                    meter.Down(bytes);
            });
        }
        await client.FinishTlsAsync();
    }

    /// <summary>Answers one request. False when the connection is to end with it.</summary>
    public async Task<bool> AnswerAsync(HttpHead request, string path, Exit exit, Subscriber subscriber, Action<int> countDown)
    {
        byte[] body = path == BillPath
            ? JsonSerializer.SerializeToUtf8Bytes(provider.Bill.Lines, s_json)
            : JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    exit = exit.Address.ToString(), country = exit.Country, state = exit.State, city = exit.City,
                    session = subscriber.Wanted.Session, provider = provider.Options.Name,
                }, s_json);

        // A request body is not read: the connection ends instead.
        bool keep = BodyFraming.OfRequest(request).Done && request.FirstLine.EndsWith("HTTP/1.1", StringComparison.Ordinal)
            && !request.Has("Connection", "close") && !request.Has("Proxy-Connection", "close");
        byte[] head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: {body.Length}\r\n"
                + $"{(keep ? "" : "Connection: close\r\n")}\r\n");
        if (request.FirstLine.StartsWith("HEAD ", StringComparison.Ordinal))
            body = [];
        if (provider.Fault is { Kind: FaultKind.Truncate } fault && fault.Value < body.Length)
            (body, keep) = (body[..fault.Value], false);

        countDown(head.Length + body.Length);
        await client.SendAsync((byte[])[.. head, .. body]);
        return keep;
    }

    private static string PathOf(HttpHead request) => request.FirstLine.Split(' ') is [_, var path, ..] ? path : "/";
}
