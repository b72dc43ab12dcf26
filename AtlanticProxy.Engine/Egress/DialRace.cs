using System.Collections.Immutable;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>
/// Dials several candidates, the next one as soon as one failed or was silent for longer than its provider usually takes (the
/// idea of RFC 8305, "Happy Eyeballs"). The first that stands wins, the others are closed. All on one loop, so there is nothing
/// to lock.
/// </summary>
internal sealed class DialRace(IDialOwner owner, Dialer dialer, ImmutableArray<Candidate> route, Destination destination,
    bool asTunnel, TimeSpan timeout)
    : TimerNode, ICancellable
{
    private readonly EgressLoop _egress = owner.Egress;
    private readonly ProxyUser _user = owner.User;
    private readonly List<DialAttempt> _attempts = new(route.Length);
    private readonly LoopSignal<DialResult> _result = new();
    private DialFailure? _firstFailure;
    private bool _over;
    private int _running;

    public bool IsCancelled { get; private set; }

    /// <summary>A tunnel that its client closes before it stands is not wanted any more.</summary>
    public bool EndsWithHalfClose => true;

    public LoopTask<DialResult> RunAsync()
    {
        var result = _result.Begin();
        StartNext();
        return result;
    }

    public void Cancel()
    {
        IsCancelled = true;
        foreach (var attempt in _attempts)
            attempt.Cancel();
    }

    internal override void OnTimer() => StartNext();

    private void StartNext()
    {
        if (_over || IsCancelled || _attempts.Count == route.Length)
            return;
        var attempt = new DialAttempt(_egress, route[_attempts.Count], destination, timeout, _user);
        _attempts.Add(attempt);
        _running++;
        if (_attempts.Count < route.Length)
            _egress.Loop.ArmTimer(this, attempt.Candidate.State.Patience);
        _ = RunAsync(attempt); // ends in OnEnded, whatever happens
    }

    private async Task RunAsync(DialAttempt attempt)
    {
        DialResult result;
        try
        {
            result = await dialer.AttemptAsync(attempt, asTunnel);
        }
        catch (Exception fault)
        {
            _egress.Loop.OnFault(fault);
            result = new DialFailure(ConnectionOutcome.InternalError);
        }
        OnEnded(attempt, result);
    }

    private void OnEnded(DialAttempt attempt, DialResult result)
    {
        _running--;
        attempt.HasEnded = true;
        if (_over)
        {
            result.Upstream?.Close();
            return;
        }
        if (result.Failure is not { } failure)
        {
            Finish(attempt, result);
            return;
        }
        // The first failure is what the preferred candidate said; a later one's only matters if it says more.
        if (_firstFailure is null or { Fault: UpstreamFault.RejectsUs or UpstreamFault.Resting })
            _firstFailure = failure;
        if (failure.Outcome == ConnectionOutcome.DestinationForbidden)
            Finish(attempt, result); // it is forbidden through every candidate
        else if (_attempts.Count < route.Length && !IsCancelled)
            StartNext();
        else if (_running == 0)
            Finish(attempt, _firstFailure);
    }

    private void Finish(DialAttempt winner, DialResult result)
    {
        _over = true;
        _egress.Loop.Timers.Disarm(this);
        foreach (var attempt in _attempts)
            if (attempt != winner)
            {
                // It was overtaken because it was silent: so that the next clients need not wait for it.
                if (result.Upstream is not null && !attempt.HasEnded && attempt.Elapsed >= attempt.Candidate.State.Patience)
                    dialer.OnFault(attempt, DialFailure.Of(UpstreamFault.Silent, "silent while another candidate answered"));
                attempt.Cancel();
            }
        _result.Signal(IsCancelled && result.Upstream is null ? new DialFailure(ConnectionOutcome.ClientReset) : result);
    }
}
