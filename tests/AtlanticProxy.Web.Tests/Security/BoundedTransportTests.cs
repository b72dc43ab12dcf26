using System.Net;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Connections;

namespace AtlanticProxy.Web.Tests.Security;

[TestClass]
public sealed class BoundedTransportTests
{
    private const int MaxConnections = 3;

    [TestMethod]
    public async Task Accept_BeyondTheLimit_WaitsUntilOneIsClosed()
    {
        var crowd = new Crowd();
        await using var listener = await new BoundedTransport(crowd, MaxConnections)
            .BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        for (int i = 0; i < MaxConnections + BoundedTransport.Refusals; i++)
            Assert.IsNotNull(await listener.AcceptAsync());

        var next = listener.AcceptAsync();
        Assert.IsFalse(next.IsCompleted);
        Assert.HasCount(MaxConnections + BoundedTransport.Refusals, crowd.Accepted,
            "it is not taken from the queue of the kernel");
        await crowd.Accepted[0].CancelAsync();

        Assert.IsNotNull(await next);
    }

    [TestMethod]
    public async Task Accept_OnSeveralListeners_IsLimitedInAll()
    {
        var transport = new BoundedTransport(new Crowd(), MaxConnections);
        await using var http = await transport.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var https = await transport.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        for (int i = 0; i < MaxConnections + BoundedTransport.Refusals; i++)
            Assert.IsNotNull(await http.AcceptAsync());

        var next = https.AcceptAsync();
        Assert.IsFalse(next.IsCompleted);

        await https.UnbindAsync();
        Assert.IsNull(await next);
    }

    [TestMethod]
    public async Task Unbind_WhileFull_EndsTheAccepting()
    {
        await using var listener = await new BoundedTransport(new Crowd(), MaxConnections)
            .BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        for (int i = 0; i < MaxConnections + BoundedTransport.Refusals; i++)
            await listener.AcceptAsync();
        var next = listener.AcceptAsync();

        await listener.UnbindAsync();

        Assert.IsNull(await next);
    }

    /// <summary>There is always another at the door.</summary>
    private sealed class Crowd : IConnectionListenerFactory, IConnectionListener
    {
        /// <summary>What closes each of those accepted.</summary>
        public List<CancellationTokenSource> Accepted { get; } = [];

        public EndPoint EndPoint { get; private set; } = new IPEndPoint(IPAddress.None, 0);

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            EndPoint = endpoint;
            return new(this);
        }

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            Accepted.Add(new CancellationTokenSource());
            return new(new DefaultConnectionContext { ConnectionClosed = Accepted[^1].Token });
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync()
        {
            foreach (var close in Accepted)
                close.Dispose();
            return default;
        }
    }
}
