using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace AtlanticProxy.Engine.Transport;

/// <summary>Code that goes on when what it waits for has come.</summary>
internal abstract class LoopContinuation
{
    private Action? _resumeAction;

    /// <summary><see cref="Resume"/> as a delegate, for awaiters that are not a loop's.</summary>
    internal Action ResumeAction => _resumeAction ??= Resume;

    internal abstract void Resume();
}

/// <summary>A delegate as a continuation: for code outside of loops that awaits a loop's.</summary>
internal sealed class ActionContinuation(Action action) : LoopContinuation
{
    internal override void Resume() => action();
}

/// <summary>A result that is not there yet, and who waits for it. Whoever takes the result makes it new again.</summary>
internal class LoopPromise<T> : LoopContinuation
{
    private LoopContinuation? _waiter;
    private ExceptionDispatchInfo? _fault;
    private T _result = default!;

    /// <summary>There is a result, or a fault, to be taken.</summary>
    internal bool IsCompleted => Volatile.Read(ref _waiter) == Mark.Done;

    /// <summary>Gives the result, and resumes who waits, on this thread.</summary>
    internal void Complete(T result)
    {
        _result = result;
        Finish();
    }

    /// <summary>Gives a fault, which is thrown where the result is awaited.</summary>
    internal void Fail(Exception fault)
    {
        _fault = ExceptionDispatchInfo.Capture(fault);
        Finish();
    }

    /// <summary>
    /// Resumes <paramref name="waiter"/> when there is a result; at once, when it came meanwhile (what waits for other threads
    /// may end on one).
    /// </summary>
    internal void Await(LoopContinuation waiter)
    {
        if (Interlocked.CompareExchange(ref _waiter, waiter, null) == Mark.Done)
            waiter.Resume();
    }

    /// <summary>Drops the result when it comes.</summary>
    internal void Forget()
    {
        if (Interlocked.CompareExchange(ref _waiter, Mark.Forgotten, null) == Mark.Done)
            Renew();
    }

    internal T TakeResult()
    {
        var (result, fault) = (_result, _fault);
        Renew();
        fault?.Throw();
        return result;
    }

    internal override void Resume() => throw new InvalidOperationException("a promise waits for nothing");

    /// <summary>It is as new, and may be used again.</summary>
    protected virtual void OnRenewed()
    {
    }

    private void Finish()
    {
        var waiter = Interlocked.Exchange(ref _waiter, Mark.Done);
        if (waiter == Mark.Forgotten)
            Renew();
        else
            waiter?.Resume();
    }

    private void Renew()
    {
        (_result, _fault, _waiter) = (default!, null, null);
        OnRenewed();
    }
}

/// <summary>Stands where a waiter would.</summary>
file sealed class Mark : LoopContinuation
{
    public static readonly Mark Done = new(), Forgotten = new();

    internal override void Resume()
    {
    }
}

/// <summary>A promise that an event keeps, again and again: <see cref="Begin"/> waits for the next.</summary>
internal sealed class LoopSignal<T> : LoopPromise<T>
{
    private bool _waiting;

    public LoopTask<T> Begin()
    {
        _waiting = true;
        return new LoopTask<T>(this);
    }

    /// <summary>Resumes who waits, if anybody does.</summary>
    public void Signal(T result)
    {
        if (!_waiting)
            return;
        _waiting = false;
        Complete(result);
    }
}

/// <summary>
/// An async call that had to wait: its state machine, kept from the stack. Used again by the thread that took its result.
/// </summary>
internal sealed class LoopFrame<T, TStateMachine> : LoopPromise<T>
    where TStateMachine : IAsyncStateMachine
{
    /// <summary>
    /// Frames of one method kept by a thread: as many calls as are under way at a time on a busy loop; more are garbage.
    /// </summary>
    private const int MostKept = 256;

    [ThreadStatic]
    private static LoopFrame<T, TStateMachine>? s_free;

    [ThreadStatic]
    private static int s_kept;

    private LoopFrame<T, TStateMachine>? _nextFree;

    internal TStateMachine StateMachine = default!;

    internal static LoopFrame<T, TStateMachine> Rent()
    {
        if (s_free is not { } frame)
            return new LoopFrame<T, TStateMachine>();
        s_free = frame._nextFree;
        s_kept--;
        frame._nextFree = null;
        return frame;
    }

    internal override void Resume() => StateMachine.MoveNext();

    protected override void OnRenewed()
    {
        StateMachine = default!; // what it holds on to is let go
        if (s_kept >= MostKept)
            return;
        _nextFree = s_free;
        s_free = this;
        s_kept++;
    }
}
