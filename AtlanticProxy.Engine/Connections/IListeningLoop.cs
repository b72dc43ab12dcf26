using System.Net;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Connections;

/// <summary>A loop that takes listening sockets, and serves whom they accept.</summary>
internal interface IListeningLoop
{
    EventLoop Loop { get; }

    /// <summary>Takes a bound listener; it accepts once the loop runs.</summary>
    void Listen(int fd, ListeningPort port);

    /// <summary>Takes a bound UDP socket for Shadowsocks.</summary>
    void ListenForPackets(int fd);

    /// <summary>Serves a new client. On the loop.</summary>
    void Serve(LoopSocket socket, IPEndPoint remote, ListeningPort port);
}
