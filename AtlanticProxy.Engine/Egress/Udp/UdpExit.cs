using System.Net;
using AtlanticProxy.Engine.Protocols.Socks;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.Engine.Egress.Udp;

/// <summary>Whose datagrams an exit carries.</summary>
internal interface IUdpClient
{
    /// <summary>
    /// Gives the client a datagram: the sender's SOCKS address, then the payload, in the loop's scratch memory, with at least
    /// three writable bytes in front of it. False when it could not be sent.
    /// </summary>
    bool Deliver(int start, int length);

    /// <summary>Whether the client's rules let it send to <paramref name="destination"/>.</summary>
    bool Permits(Destination destination);

    /// <summary>Whether the client's rules let it send to an address that a name resolved to.</summary>
    bool Permits(IPAddress address);

    /// <summary>Whether the client may move so many bytes now; what may not is dropped, as a network does that is full.</summary>
    /// <param name="up">From the client.</param>
    bool MayMove(int bytes, bool up);

    /// <summary>The exit carries nothing more.</summary>
    void OnExitClosed();
}

/// <summary>
/// Carries the datagrams of one association to their destinations and back, and counts their payloads in both directions.
/// Datagrams are written as
/// <see cref="SocksAddress"/> and payload, whatever the client speaks. Used on its worker's loop only.
/// </summary>
internal abstract class UdpExit(Candidate candidate)
{
    private UsageCounter? _counter;

    public Candidate Candidate { get; } = candidate;

    protected IUdpClient? Client { get; private set; }

    /// <summary>Payload carried so far.</summary>
    public long BytesUp { get; private set; }

    public long BytesDown { get; private set; }

    /// <summary>Connects the exit with whom it serves; nothing is carried before.</summary>
    public void Serve(IUdpClient client, UsageCounter counter) => (Client, _counter) = (client, counter);

    /// <summary>Sends a datagram to where its address says, or drops it, when that may not be or cannot be.</summary>
    public abstract void Send(ReadOnlySpan<byte> addressed);

    public abstract void Close();

    protected void CountUp(int bytes)
    {
        _counter!.AddUp(bytes);
        BytesUp += bytes;
    }

    protected void CountDown(int bytes)
    {
        _counter!.AddDown(bytes);
        BytesDown += bytes;
    }
}
