using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress;
using AtlanticProxy.Engine.Protocols.Http;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.Engine.Relay;

/// <summary>
/// The body of one plain HTTP request on its way to the upstream, alongside the response. An upstream has time to answer from
/// when it has all of the body: until then only bytes that it does not take are its fault.
/// </summary>
internal sealed class HttpUpload(ClientConnection client, Upstream upstream, UsageCounter counter, HttpBody body)
{
    private readonly Membership _membership = client.Membership!;
    private readonly LoopTurns _turns = new(client.Home.Loop);
    private HttpBody _body = body;
    private bool _stopped;

    /// <summary>The upstream has been sent all of it.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Time for the upstream to take bytes, and to say something after the last of them.</summary>
    public TimeSpan Patience { get; set; } = client.Home.Options.ResponseTimeout;

    /// <summary>What the client did that there will never be all of it; null when it did nothing wrong.</summary>
    public ConnectionOutcome? Failure { get; private set; }

    /// <summary>Nobody waits for the rest any more. The client can still be written to.</summary>
    public void Stop()
    {
        _stopped = true;
        client.StopReading();
    }

    /// <summary>
    /// Sends what the client sends, until it is whole or either side fails: then the response, or its absence, tells why. <see
    /// cref="IsWhole"/>.
    /// </summary>
    public async LoopTask<bool> RunAsync()
    {
        for (bool waits = false; !_body.IsComplete && !_stopped; waits = _body.WaitsForLine)
        {
            upstream.Socket.ClearDeadline();
            if (waits || client.Input.IsEmpty)
            {
                client.Socket.SetDeadline(client.Home.Options.IdleTimeout);
                int received = await client.Input.ReadMoreAsync(bulk: true);
                if (received <= 0)
                    return GiveUp(received == -Linux.ETIMEDOUT
                        ? ConnectionOutcome.RequestTimeout
                        : ConnectionOutcome.ClientReset);
            }
            if (!_body.Advance(client.Input.Bytes, decode: false, out int consumed, out int kept))
                return GiveUp(ConnectionOutcome.BadRequest);
            for (int sent = 0; sent < kept;)
            {
                int permitted = await _membership.PermitAsync(kept - sent, up: true);
                if (permitted == 0)
                    return GiveUp(ConnectionOutcome.ClientReset);
                upstream.Socket.SetDeadline(Patience);
                if (await upstream.Socket.SendAllAsync(client.Input.Memory.Slice(sent, permitted)) < 0)
                {
                    _membership.GiveBack(permitted, up: true);
                    return false;
                }
                client.Count(counter, up: permitted);
                sent += permitted;
            }
            client.Input.Consume(consumed);
            if (!_body.IsComplete)
                await _turns.SpendAsync(consumed);
        }
        return IsWhole = _body.IsComplete;
    }

    // Half a request must not look whole: the upstream sees a broken connection.
    private bool GiveUp(ConnectionOutcome why)
    {
        Failure = why;
        upstream.Socket.Cancel();
        return false;
    }
}
