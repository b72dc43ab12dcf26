using System.Net;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress.Resolving;

/// <summary>How waiting for a name ended.</summary>
internal enum ResolveEnd
{
    Answered,
    TimedOut,
    Cancelled,

    /// <summary>As many names wait for this asker as may.</summary>
    TooMany,
}

/// <param name="Addresses">IPv4 first; empty when the name has none, or there was no answer.</param>
internal readonly record struct Resolution(ResolveEnd End, IReadOnlyList<IPAddress> Addresses);

/// <summary>Somebody on a loop who waits for a name, and not for ever. Used on its loop, but for <see cref="Answer"/>.</summary>
internal sealed class NameWait(EventLoop loop) : TimerNode
{
    private readonly LoopSignal<Resolution> _over = new();
    private HostResolver? _resolver;
    private Lookup? _lookup;

    /// <summary>Waits for a lookup which it is one of.</summary>
    public LoopTask<Resolution> RunAsync(HostResolver resolver, Lookup lookup, TimeSpan atMost)
    {
        (_resolver, _lookup) = (resolver, lookup);
        loop.ArmTimer(this, atMost);
        return _over.Begin();
    }

    /// <summary>From any thread; not after it has left the lookup.</summary>
    public void Answer(IReadOnlyList<IPAddress> addresses) => loop.Post(() => End(ResolveEnd.Answered, addresses));

    public void Cancel() => End(ResolveEnd.Cancelled, []);

    internal override void OnTimer() => End(ResolveEnd.TimedOut, []);

    private void End(ResolveEnd end, IReadOnlyList<IPAddress> addresses)
    {
        if (_lookup is not { } lookup)
            return;
        _lookup = null;
        if (end != ResolveEnd.Answered)
            _resolver!.Leave(lookup, this);
        loop.Timers.Disarm(this);
        _over.Signal(new Resolution(end, addresses));
    }
}
