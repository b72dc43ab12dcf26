using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Lets no more connections in than the portal may have, and a few to be refused. Kestrel's own limit refuses a connection once
/// it is accepted and a thread has time for it: a crowd at the door is accepted faster than that on a busy machine, and would
/// take file descriptors which the rest of the appliance needs to live.
/// </summary>
[SuppressMessage("Reliability", "CA1001",
    Justification = "Connections give their places back when they end, which may be after this.")]
internal sealed class BoundedTransport(IConnectionListenerFactory inner, int maxConnections) : IConnectionListenerFactory
{
    /// <summary>Accepted at a time beyond the limit, so that visitors are refused and need not wait.</summary>
    public const int Refusals = 16;

    /// <summary>Of all listeners together, since they share the descriptors.</summary>
    private readonly SemaphoreSlim _places = new(maxConnections + Refusals);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await inner.BindAsync(endpoint, cancellationToken), _places);

    private sealed class Listener(IConnectionListener inner, SemaphoreSlim places) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(_unbound.Token, cancellationToken);
                await places.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (_unbound.IsCancellationRequested)
            {
                return null; // as the transport itself says that there will be no other
            }
            var connection = await inner.AcceptAsync(cancellationToken);
            if (connection is null)
                places.Release();
            else
                connection.ConnectionClosed.UnsafeRegister(static places => ((SemaphoreSlim)places!).Release(), places);
            return connection;
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbound.CancelAsync();
            await inner.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            _unbound.Dispose();
        }
    }
}
