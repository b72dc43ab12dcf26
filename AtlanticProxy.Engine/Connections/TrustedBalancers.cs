using System.Net;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Connections;

/// <summary>
/// Load balancers whose connections begin with a PROXY header; from anywhere else, such bytes are the client's own and mean
/// nothing.
/// </summary>
internal sealed class TrustedBalancers(EngineOptions options)
{
    private readonly IPNetwork[] _networks = [.. options.ProxyProtocolFrom.Select(IPNetwork.Parse)];

    public bool Contains(IPAddress address)
    {
        foreach (var network in _networks)
            if (network.Contains(address))
                return true;
        return false;
    }

    /// <summary>
    /// Reads the header, and gives the client the address that it says: null, or how the connection ended. Without one it could
    /// be anybody's.
    /// </summary>
    public async LoopTask<ConnectionOutcome?> ReadHeaderAsync(ClientConnection client)
    {
        client.Socket.SetDeadline(options.HeadTimeout);
        while (true)
        {
            var status = ProxyProtocol.Parse(client.Input.Bytes, out int length, out var source);
            if (status == ProxyHeaderStatus.Malformed)
                return ConnectionOutcome.BadRequest;
            if (status == ProxyHeaderStatus.Complete)
            {
                client.Input.Consume(length);
                if (source is not null)
                    client.ComesFrom(source);
                return null;
            }
            int received = await client.Input.ReadMoreAsync();
            if (received <= 0)
                return received == -Linux.ETIMEDOUT ? ConnectionOutcome.RequestTimeout : ConnectionOutcome.ClientReset;
        }
    }
}
