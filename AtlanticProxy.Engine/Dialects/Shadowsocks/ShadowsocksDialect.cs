using System.Net;
using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Protocols.Socks;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Dialects.Shadowsocks;

/// <summary>
/// Shadowsocks over TCP (SIP004): salt, then sealed chunks, of which the first begins with the destination. Whoever has no key
/// learns nothing: whatever was sent, and however much of it was understood, the connection is read silently until the head
/// timeout and ends the same way.
/// </summary>
internal sealed class ShadowsocksDialect(ReplayFilter salts, KeyFinder finder, KeyTrial keys) : IClientDialect
{
    public ClientDialects Kind => ClientDialects.Shadowsocks;

    /// <summary>
    /// The longest salt with a sealed length. No client's first bytes are fewer: the payload's tag is behind them.
    /// </summary>
    private const int HeadSize = 32 + ChunkOpener.SealedLength;

    public async LoopTask<ReadResult> ReadRequestAsync(ClientConnection client)
    {
        var input = client.Input;

        // 1. Whose key.
        int error = await input.FillAsync(HeadSize);
        if (error < 0)
            return await StaySilentAsync(client, error);
        var address = client.Remote.Address;
        var found = finder.FindRecent(address, input.Bytes, ChunkOpener.SealedLength)
            ?? await finder.FindAsync(keys, address, input.Bytes[..HeadSize].ToArray(),
                ChunkOpener.SealedLength);
        if (found is null)
            return await StaySilentAsync(client);

        // 2. The first chunk, once only: a salt that was seen is a recording.
        client.Stream = new ShadowsocksStream(client.Home.Loop.Buffers, found.Key, found.Cipher);
        int salt = found.Key.MasterKey.Length;
        if (!salts.TryAdd(input.Bytes[..salt]))
            return await StaySilentAsync(client);
        input.Consume(salt);
        while (client.Stream.Early.IsEmpty)
        {
            error = await input.FillAsync(client.Stream.Opener.Needed);
            if (error < 0 || !client.Stream.OpenFirst(input.Bytes, out int consumed))
                return await StaySilentAsync(client, error);
            input.Consume(consumed);
        }

        // 3. Its destination.
        var destination = SocksAddress.Read(client.Stream.Early, out int length);
        if (destination is null)
            return await StaySilentAsync(client);
        client.Stream.ConsumeEarly(length);
        client.Asker = found.Entry;
        return new ProxyRequest(RequestKind.Tunnel, destination, Credentials: null,
            AdmissionControl.Identify(found.Entry, found.Key));
    }

    /// <summary>The protocol has no way to say no.</summary>
    public LoopTask<bool> RefuseAsync(ClientConnection client, ProxyRequest? request, Refusal refusal) => new(false);

    public LoopTask<int> AcceptTunnelAsync(ClientConnection client, IPEndPoint? datagrams = null)
    {
        salts.TryAdd(client.Stream!.Sealer.Salt); // what we send must not be played back to us either
        return new(0);
    }

    // Reads everything away until the deadline that began with the connection, at a slow walk, so that a flood costs the loop
    // little.
    private static async LoopTask<ReadResult> StaySilentAsync(ClientConnection client, int error = 0)
    {
        while (error >= 0)
        {
            client.Input.Release();
            await LoopDelay.WaitAsync(client.Home.Loop, TimeSpan.FromMilliseconds(TimerWheel.TickMilliseconds));
            int received = await client.Input.ReadMoreAsync();
            error = received > 0 ? 0 : received == 0 ? -Linux.ECONNRESET : received;
        }
        // A close with unread bytes would be a reset, and without them not: at the deadline it is always one.
        if (error == -Linux.ETIMEDOUT)
            client.EndsWithReset = true;
        return ReadResult.Over(error == -Linux.ETIMEDOUT ? ConnectionOutcome.RequestTimeout : ConnectionOutcome.ClientReset);
    }
}
