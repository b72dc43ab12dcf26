using System.Collections.Concurrent;

namespace AtlanticProxy.Simulator.Transport;

/// <summary>Every open connection, so that stopping can end them all.</summary>
internal sealed class PeerTable
{
    private readonly ConcurrentDictionary<Peer, bool> _peers = new();
    private volatile bool _closed;

    public Peer Add(Peer peer)
    {
        _peers[peer] = true;
        if (_closed)
            peer.Abort();
        return peer;
    }

    /// <summary>Ends a connection that no task uses any more.</summary>
    public void Release(Peer? peer)
    {
        if (peer is null)
            return;
        _peers.TryRemove(peer, out _);
        peer.Dispose();
    }

    /// <summary>Aborts all there are, and all that come.</summary>
    public void AbortAll()
    {
        _closed = true;
        foreach (var peer in _peers.Keys)
            peer.Abort();
    }
}
