using System.Net.Sockets;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Faults;

/// <summary>Tunnels that exchange with the origin all the time, and know to the byte what has passed, and when.</summary>
internal sealed class Traffic : IDisposable
{
    private const int Size = 20_000;

    private static readonly string Request = $"GET /bytes/{Size} HTTP/1.1\r\nHost: x\r\n\r\n";

    /// <summary>
    /// Exchanges follow each other within a few milliseconds: a longer pause is the machine's, in which a timer cannot run
    /// either.
    /// </summary>
    private static readonly TimeSpan s_standstill = TimeSpan.FromMilliseconds(50);

    /// <summary>The origin's heads are far shorter.</summary>
    private const int MaxHead = 1_000;

    private readonly Lock _lock = new();
    private readonly List<(long At, int Up, int Down)> _exchanges = [];
    private readonly List<RawClient> _tunnels = [];
    private readonly List<Task> _running = [];
    private volatile bool _stop;

    /// <summary>What may have passed besides <see cref="Passed"/> when all ended at once: an exchange of each tunnel.</summary>
    public long Unknown => _tunnels.Count * (Request.Length + Size + MaxHead);

    /// <summary>Bytes that clients have sent or received, in exchanges that are over.</summary>
    public (long Up, long Down) Passed
    {
        get
        {
            lock (_lock)
                return (_exchanges.Sum(e => (long)e.Up), _exchanges.Sum(e => (long)e.Down));
        }
    }

    public static async Task<Traffic> StartAsync(RunningAppliance appliance, ProxyCredentials user, int tunnels)
    {
        var traffic = new Traffic();
        for (int i = 0; i < tunnels; i++)
            traffic._tunnels.Add(await ProxyClient.OpenTunnelAsync(appliance, user, $"127.0.0.1:{SharedAppliance.Origin.Port}"));
        traffic._running.AddRange(traffic._tunnels.Select(tunnel => Task.Run(() => traffic.RunAsync(tunnel))));
        return traffic;
    }

    /// <summary>
    /// Bytes, both ways, of exchanges that were over at least so long before an instant, by a clock that stands still while
    /// nothing passes.
    /// </summary>
    public long PassedBefore(long instant, TimeSpan margin)
    {
        lock (_lock)
        {
            int at = _exchanges.Count;
            for (var age = TimeSpan.Zero; at > 0; at--)
            {
                var pause = TimeProvider.System.GetElapsedTime(_exchanges[at - 1].At, instant);
                age += pause < s_standstill ? pause : s_standstill;
                if (age >= margin)
                    break;
                instant = _exchanges[at - 1].At;
            }
            return _exchanges.Take(at).Sum(e => (long)e.Up + e.Down);
        }
    }

    /// <summary>Lets each exchange come to its end; broken tunnels have ended already.</summary>
    public async Task StopAsync()
    {
        _stop = true;
        await Task.WhenAll(_running);
    }

    public void Dispose()
    {
        foreach (var tunnel in _tunnels)
            tunnel.Dispose();
    }

    private async Task RunAsync(RawClient tunnel)
    {
        try
        {
            while (!_stop)
            {
                await tunnel.SendAsync(Request);
                string head = await tunnel.ReadHeadAsync();
                await tunnel.ReadAsync(Size);
                lock (_lock)
                    _exchanges.Add((TimeProvider.System.GetTimestamp(), Request.Length, head.Length + Size));
            }
        }
        catch (Exception broken) when (broken is SocketException or IOException)
        {
            // The appliance was killed.
        }
    }
}
