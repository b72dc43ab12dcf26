using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AtlanticProxy.Engine.Tests.Egress;

/// <summary>
/// A resolver: what begins with "silent" gets no answer as long as it lives, "none" has no address, all else is answered by the
/// test.
/// </summary>
internal sealed class ScriptedNames(Func<string, IPAddress[]>? answer = null) : IDisposable
{
    private readonly ManualResetEventSlim _over = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private int _silent;

    /// <summary>Names that were looked up, one for each time.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    /// <summary>Look-ups that hang now.</summary>
    public int Silent => Volatile.Read(ref _silent);

    public IPAddress[] LookUp(string host)
    {
        _asked.Enqueue(host);
        if (host.StartsWith("none", StringComparison.Ordinal))
            throw new SocketException((int)SocketError.HostNotFound);
        if (!host.StartsWith("silent", StringComparison.Ordinal))
            return answer?.Invoke(host) ?? [IPAddress.Loopback];
        Interlocked.Increment(ref _silent);
        _over.Wait();
        Interlocked.Decrement(ref _silent);
        return [IPAddress.Loopback];
    }

    public void Dispose() => _over.Set(); // not disposed of: those that hang are still to be told
}
