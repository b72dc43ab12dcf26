using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Admission;

/// <summary>
/// Matches the server name inside a tunnel, which may be another than the one that was asked for, before anything of the tunnel
/// has reached the upstream. The client's first bytes are waited for and looked at; they stay in its input for the tunnel to
/// send. Where the upstream speaks first, it is not TLS.
/// </summary>
internal sealed class ServerNameCheck(DestinationPolicy policy, LiveSnapshot live, EngineOptions options)
{
    /// <summary>RFC 1035 section 2.3.4.</summary>
    private const int MaxNameLength = 255;

    /// <summary>
    /// Bytes of the stream that are looked at. A real hello of 4 KB stays under it in records of one byte each; one that does not
    /// is made to hide its name.
    /// </summary>
    private const int MaxBytes = 2 * ClientHello.MaxLength;

    /// <summary>Null when the tunnel may start; else why not. On the client's loop.</summary>
    public async LoopTask<Refusal?> RunAsync(ClientConnection client, Upstream upstream, ProxyUser user)
    {
        client.Socket.SetDeadline(options.IdleTimeout);
        if (SaidBy(client).IsEmpty && client.Input.IsEmpty && upstream.Input.IsEmpty
            && await FirstToSpeakAsync(client, upstream) is { } ended)
            return new Refusal(ended);

        client.Socket.SetDeadline(options.HeadTimeout); // a hello that has begun comes quickly
        while (true)
        {
            if (client.Stream is { } stream && !stream.OpenMore(client.Input))
                break; // damaged: nothing behind it can be opened either, and the tunnel is silent about it
            var status = Judge(SaidBy(client), live.Snapshot, user, out string? rule);
            if (rule is not null)
                return new Refusal(ConnectionOutcome.DestinationForbidden, rule);
            if (status == HelloStatus.Hidden)
                return new Refusal(ConnectionOutcome.DestinationForbidden,
                    "the server name is hidden in a greeting that is too long or malformed");
            if (status != HelloStatus.Incomplete || (SaidBy(client).IsEmpty && client.Input.IsEmpty))
                break;
            if (SaidBy(client).Length >= MaxBytes)
                return new Refusal(ConnectionOutcome.DestinationForbidden, "the server name is hidden in too many small records");
            int received = await client.Input.ReadMoreAsync();
            if (received < 0)
                return new Refusal(received == -Linux.ETIMEDOUT ? ConnectionOutcome.IdleTimeout : ConnectionOutcome.ClientReset);
            if (received == 0)
                break;
        }
        client.Socket.ClearDeadline();
        return null;
    }

    /// <summary>
    /// Waits until the client or the upstream has sent something, or has ended: null then. What was read is in their inputs.
    /// </summary>
    private static async LoopTask<ConnectionOutcome?> FirstToSpeakAsync(ClientConnection client, Upstream upstream)
    {
        int fromUpstream = -Linux.EINTR, fromClient = -Linux.EINTR;
        var listening = ListenAsync();
        if (fromUpstream == -Linux.EINTR)
            fromClient = await client.Input.ReadMoreAsync();
        upstream.Socket.StopWaiting();
        await listening;
        if (fromUpstream < 0 && fromUpstream != -Linux.EINTR)
            return ConnectionOutcome.UpstreamReset;
        return fromClient switch
        {
            -Linux.EINTR or >= 0 => null,
            -Linux.ETIMEDOUT => ConnectionOutcome.IdleTimeout,
            _ => ConnectionOutcome.ClientReset,
        };

        async ValueTask ListenAsync()
        {
            fromUpstream = await upstream.Input.ReadMoreAsync();
            if (fromUpstream != -Linux.EINTR)
                client.Socket.StopWaiting();
        }
    }

    /// <summary>What the client sent into the tunnel so far; of Shadowsocks, what of it was opened.</summary>
    private static ReadOnlySpan<byte> SaidBy(ClientConnection client) => client.Stream is { } stream
        ? stream.Early
        : client.Input.Bytes;

    private HelloStatus Judge(ReadOnlySpan<byte> bytes, EngineSnapshot snapshot, ProxyUser user, out string? rule)
    {
        Span<char> name = stackalloc char[MaxNameLength];
        var status = ClientHello.Read(bytes, name, out int length);
        rule = status == HelloStatus.Named ? policy.ForbidName(snapshot, user, name[..length]) : null;
        return status;
    }
}
