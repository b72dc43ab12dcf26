using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Connections;

/// <summary>
/// The end of a connection whose client may still be sending. Closing with unread bytes in the socket makes the kernel send a
/// reset, which can overtake our answer: they are read away first, within bounds (RFC 9112 section 9.6).
/// </summary>
internal static class LingeringClose
{
    /// <summary>Time and bytes for a refused client to finish sending.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private const int MaxBytes = 256 * 1024;

    /// <summary>
    /// The same for one that is sending a body, which many clients do to its end before they read, the first 407 included: as
    /// long as it never pauses for <see cref="Timeout"/>. 30 s: nginx lingering_time.
    /// </summary>
    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(30);

    private const int MaxBodyBytes = 64 * 1024 * 1024;

    /// <summary>Ends our side, and reads away what the client still sends. The caller closes.</summary>
    /// <returns>Bytes that were read away.</returns>
    public static async LoopTask<int> RunAsync(ClientConnection client, bool sendsBody)
    {
        client.Socket.EndSending();
        var loop = client.Home.Loop;
        bool longer = sendsBody && !client.Home.Node.IsDraining;
        var turns = longer ? new LoopTurns(loop) : null;
        long until = loop.Now + (long)(longer ? BodyTimeout : Timeout).TotalMilliseconds;
        int read = 0;
        for (int received = 1; received > 0 && read < (longer ? MaxBodyBytes : MaxBytes); read += received)
        {
            client.Input.Release();
            var left = TimeSpan.FromMilliseconds(Math.Max(until - loop.Now, 0));
            client.Socket.SetDeadline(left < Timeout ? left : Timeout);
            received = Math.Max(await client.Input.ReadMoreAsync(bulk: longer), 0);
            if (turns is not null)
                await turns.SpendAsync(received);
        }
        return read;
    }
}
