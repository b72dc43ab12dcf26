using System.Net;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>
/// Connects to the first of a name's addresses that accepts. One that fails gives way to the next at once, one that is silent is
/// joined by it (RFC 8305), so that a dead address among others costs a moment and not the dial. All on one loop.
/// </summary>
internal sealed class ConnectRace(DialAttempt attempt, IReadOnlyList<IPAddress> addresses, int port, bool speaksFirst) : TimerNode
{
    /// <summary>
    /// How long an address has before the next is tried beside it: RFC 8305 section 5, the recommended Connection Attempt Delay.
    /// </summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    private readonly EventLoop _loop = attempt.Egress.Loop;
    private readonly LoopSignal<(LoopSocket? Socket, int Error)> _result = new();
    private readonly List<LoopSocket> _running = new(1);
    private int _next, _error = -Linux.EHOSTUNREACH;
    private bool _over;

    /// <summary>The socket, with the attempt's deadline; or null, and the last failure's negative errno.</summary>
    public LoopTask<(LoopSocket? Socket, int Error)> RunAsync()
    {
        var result = _result.Begin();
        StartNext();
        return result;
    }

    public void Cancel() => Finish(null, -Linux.ECONNABORTED);

    internal override void OnTimer() => StartNext();

    private void StartNext()
    {
        while (!_over && _next < addresses.Count && (_next == 0 || attempt.TimeLeft > TimeSpan.Zero))
        {
            var address = addresses[_next++];
            _error = LoopSocket.Connect(_loop, new KernelAddress(address, port),
                attempt.Candidate.Local?.For(address.AddressFamily), speaksFirst, out var socket);
            if (socket is null)
                continue;
            socket.SetDeadline(attempt.TimeLeft);
            _running.Add(socket);
            if (_next < addresses.Count)
                _loop.ArmTimer(this, HeadStart);
            ConnectAsync(socket).Forget(); // ends in a result, whatever happens
            return;
        }
        if (_running.Count == 0)
            Finish(null, _error);
    }

    private async LoopTask<bool> ConnectAsync(LoopSocket socket)
    {
        int error = await socket.WritableAsync();
        if (_over)
            return false; // another stands, or nobody wants one
        if (error == 0)
            error = socket.ConnectError;
        _running.Remove(socket);
        if (error == 0)
        {
            Finish(socket, 0);
            return true;
        }
        socket.Close();
        _error = error;
        try
        {
            if (error != -Linux.ETIMEDOUT)
                StartNext();
            else if (_running.Count == 0)
                Finish(null, error); // the attempt's time is over
        }
        catch (Exception fault)
        {
            attempt.Egress.Loop.OnFault(fault);
            Finish(null, error);
        }
        return false;
    }

    private void Finish(LoopSocket? winner, int error)
    {
        if (_over)
            return;
        _over = true;
        _loop.Timers.Disarm(this);
        foreach (var socket in _running)
            socket.Close();
        _result.Signal((winner, error));
    }
}
