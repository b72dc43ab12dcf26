using System.Net;
using System.Net.Sockets;

namespace AtlanticProxy.Simulator.Transport;

/// <summary>Where a client wants to go: a name or address, and a port.</summary>
internal sealed record Destination(string Host, int Port)
{
    /// <summary>Shows the exit and the bill (see SimulatedOrigin).</summary>
    public const string Pages = "exit.test";

    /// <summary>Answered by the simulator itself, never dialled.</summary>
    public bool IsSimulated => Host.Equals(Pages, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The address on this machine, or null when it is elsewhere. <c>localhost</c> and every name under <c>.test</c> (reserved by
    /// RFC 6761) are 127.0.0.1.
    /// </summary>
    public IPEndPoint? Resolve()
    {
        if (IPAddress.TryParse(Host, out var address))
            return IPAddress.IsLoopback(address) ? new IPEndPoint(address, Port) : null;
        return Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || Host.EndsWith(".test", StringComparison.OrdinalIgnoreCase)
                ? new IPEndPoint(IPAddress.Loopback, Port)
                : null;
    }

    /// <summary>The connected origin, or null when there is none.</summary>
    /// <param name="anywhere">Real sites too, and not only this machine.</param>
    public async Task<Peer?> DialAsync(bool anywhere, CancellationToken stop)
    {
        EndPoint? endpoint = Resolve();
        if (endpoint is null && anywhere)
            endpoint = IPAddress.TryParse(Host, out var address) ? new IPEndPoint(address, Port) : new DnsEndPoint(Host, Port);
        if (endpoint is null)
            return null;
        var socket = endpoint.AddressFamily == AddressFamily.Unspecified // a name
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endpoint, stop);
            return new Peer(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Reads <c>host:port</c>, an IPv6 literal in brackets; null when it is neither.</summary>
    public static Destination? Parse(string authority, int? defaultPort = null)
    {
        int colon = authority.LastIndexOf(':');
        if (colon < authority.LastIndexOf(']'))
            colon = -1;
        string host = (colon < 0 ? authority : authority[..colon]).Trim('[', ']');
        if (colon < 0)
            return host.Length > 0 && defaultPort is { } standard ? new Destination(host, standard) : null;
        return host.Length > 0 && ushort.TryParse(authority[(colon + 1)..], out ushort port) && port > 0
            ? new Destination(host, port)
            : null;
    }
}
