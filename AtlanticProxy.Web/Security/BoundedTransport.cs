using System.Net;
using Microsoft.AspNetCore.Connections;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Lets no more connections in than the portal may have, and a few to be refused. Kestrel's own limit refuses a connection once
/// it is accepted and a thread has time for it: a crowd at the door is accepted faster than that on a busy machine, and would
/// take file descriptors which the rest of the appliance needs to live.
/// </summary>
internal sealed class BoundedTransport(IConnectionListenerFactory inner, int maxConnections) : IConnectionListenerFactory
{
    /// <summary>Accepted at a time beyond the limit, so that visitors are refused and need not wait.</summary>
    public const int Refusals = 16;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await inner.BindAsync(endpoint, cancellationToken), maxConnections + Refusals);

    private sealed class Listener(IConnectionListener inner, int most) : IConnectionListener
    {
        private readonly SemaphoreSlim _places = new(most);
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(_unbound.Token, cancellationToken);
                await _places.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (_unbound.IsCancellationRequested)
            {
                return null; // as the transport itself says that there will be no other
            }
            var connection = await inner.AcceptAsync(cancellationToken);
            if (connection is null)
                _places.Release();
            else
                connection.ConnectionClosed.UnsafeRegister(static places => ((SemaphoreSlim)places!).Release(), _places);
            return connection;
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbound.CancelAsync();
            await inner.UnbindAsync(cancellationToken);
        }

        // The places are left to the collector: connections may end after their listener.
        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            _unbound.Dispose();
        }
    }
}
