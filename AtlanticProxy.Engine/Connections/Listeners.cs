using System.Net;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Connections;

/// <summary>
/// The bound sockets of an engine. Of each port there is one for every loop, among which the kernel shares the clients out
/// (SO_REUSEPORT); but of sticky ports, which are many, one in all.
/// </summary>
internal sealed class Listeners
{
    private readonly int _loops;
    private readonly List<(int Fd, ListeningPort Port)> _sockets = [];
    private readonly List<int> _datagrams = [];

    private Listeners(int loops) => _loops = loops;

    /// <summary>Nothing is bound.</summary>
    public static Listeners None { get; } = new(0);

    /// <summary>Where the mixed port listens, with the ports that the kernel gave.</summary>
    public List<IPEndPoint> Mixed { get; } = [];

    /// <summary>Where the mixed port inside TLS listens.</summary>
    public List<IPEndPoint> Tls { get; } = [];

    /// <summary>Where the ports listen that carry a proxy user, in the order of the settings.</summary>
    public List<IPEndPoint> Sticky { get; } = [];

    /// <summary>Where Shadowsocks listens, on TCP and on UDP.</summary>
    public List<IPEndPoint> Shadowsocks { get; } = [];

    /// <summary>All ports, of whatever kind.</summary>
    public IEnumerable<int> Ports => Mixed.Concat(Tls).Concat(Sticky).Concat(Shadowsocks).Select(endpoint => endpoint.Port);

    /// <summary>Binds every port of the settings.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">One cannot be bound; then none is.</exception>
    public static Listeners Bind(EngineOptions options, int loops)
    {
        var listeners = new Listeners(loops);
        try
        {
            listeners.BindAll(options);
            return listeners;
        }
        catch
        {
            foreach (int fd in listeners._sockets.Select(socket => socket.Fd).Concat(listeners._datagrams))
                Libc.Close(fd);
            throw;
        }
    }

    /// <summary>Gives each loop its sockets, before it starts.</summary>
    public void HandTo(IListeningLoop[] loops)
    {
        for (int i = 0; i < _sockets.Count; i++)
            loops[i % loops.Length].Listen(_sockets[i].Fd, _sockets[i].Port);
        for (int i = 0; i < _datagrams.Count; i++)
            loops[i % loops.Length].ListenForPackets(_datagrams[i]);
    }

    private void BindAll(EngineOptions options)
    {
        Bind(options.Mixed, ListeningPort.Mixed, Mixed);
        Bind(options.Tls, ListeningPort.Tls, Tls);
        foreach (var range in options.StickyPorts)
            foreach (var endpoint in range.Endpoints())
                BindSticky(range, endpoint);
        Bind(options.Shadowsocks, ListeningPort.Shadowsocks, Shadowsocks);
        foreach (var endpoint in Shadowsocks)
            for (int loop = 0; loop < _loops; loop++)
                BindDatagrams(endpoint);
    }

    private void Bind(IEnumerable<string> wanted, ListeningPort port, List<IPEndPoint> bound)
    {
        foreach (string text in wanted)
        {
            var endpoint = IPEndPoint.Parse(text);
            // The first try is without SO_REUSEPORT: another process on the port must be an error, not a partner.
            if (endpoint.Port != 0)
                Libc.Close(SocketOptions.Listen(endpoint, shared: false));
            for (int loop = 0; loop < _loops; loop++)
            {
                int fd = SocketOptions.Listen(endpoint, shared: true);
                _sockets.Add((fd, port));
                endpoint = new IPEndPoint(endpoint.Address, SocketOptions.LocalEndPoint(fd).Port);
            }
            bound.Add(endpoint);
        }
    }

    private void BindSticky(StickyPortRange range, IPEndPoint endpoint)
    {
        int fd = SocketOptions.Listen(endpoint, shared: false);
        var bound = SocketOptions.LocalEndPoint(fd);
        _sockets.Add((fd, new ListeningPort { Owner = range.OwnerOf(bound.Port) }));
        Sticky.Add(bound);
    }

    private void BindDatagrams(IPEndPoint endpoint)
    {
        int fd = SocketOptions.BindDatagrams(endpoint, shared: true);
        _datagrams.Add(fd >= 0 ? fd : throw SocketErrors.Exception(-fd, $"listening on {endpoint} (UDP)"));
    }
}
