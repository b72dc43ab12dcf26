using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace AtlanticProxy.Engine.Transport;

/// <summary>
/// What straight-line code on a loop returns: a result, or the promise of one. Awaited at most once. It does what <see
/// cref="ValueTask{TResult}"/> does, without what a loop has no use for: no execution, synchronisation or scheduling context is
/// looked for, what waits is resumed with one virtual call, and what an unfinished call needs to remember is used again for the
/// next one, however many are under way (.NET's pooling builder keeps one of a kind for a thread and one for a core).
/// </summary>
[AsyncMethodBuilder(typeof(LoopTaskBuilder<>))]
internal readonly struct LoopTask<T>
{
    private readonly LoopPromise<T>? _promise;
    private readonly T _result;

    public LoopTask(T result) => _result = result;

    public LoopTask(LoopPromise<T> promise)
    {
        _promise = promise;
        _result = default!;
    }

    public Awaiter GetAwaiter() => new(this);

    /// <summary>Nobody waits for it: its result is dropped, and a fault with it.</summary>
    public void Forget() => _promise?.Forget();

    internal readonly struct Awaiter(LoopTask<T> task) : ICriticalNotifyCompletion, ILoopAwaiter
    {
        private readonly LoopTask<T> _task = task;

        public bool IsCompleted => _task._promise is not { } promise || promise.IsCompleted;

        public T GetResult() => _task._promise is { } promise ? promise.TakeResult() : _task._result;

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation) => _task._promise!.Await(new ActionContinuation(continuation));

        void ILoopAwaiter.Resume(LoopContinuation continuation) => _task._promise!.Await(continuation);
    }
}

/// <summary>An awaiter that resumes without a delegate.</summary>
internal interface ILoopAwaiter
{
    void Resume(LoopContinuation continuation);
}

/// <summary>
/// Makes async methods of <see cref="LoopTask{T}"/>: the compiler calls it (C# specification, "Task type builders").
/// </summary>
[SuppressMessage("Performance", "CA1822", Justification = "The compiler calls them on an instance.")]
internal struct LoopTaskBuilder<T>
{
    private LoopPromise<T>? _promise;
    private T _result;

    /// <summary>The call so far: it had nothing to wait for, unless it is a promise.</summary>
    public readonly LoopTask<T> Task => _promise is null ? new LoopTask<T>(_result) : new LoopTask<T>(_promise);

    public static LoopTaskBuilder<T> Create() => default;

    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
        // Only for builders that box their state machine themselves.
    }

    public void SetResult(T result)
    {
        if (_promise is null)
            _result = result;
        else
            _promise.Complete(result);
    }

    public void SetException(Exception exception) => (_promise ??= new LoopPromise<T>()).Fail(exception);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.OnCompleted(Suspend(ref stateMachine).ResumeAction);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        var frame = Suspend(ref stateMachine);
        if (default(TAwaiter) is not null && awaiter is ILoopAwaiter) // known to the compiler for a structure: nothing is boxed
            ((ILoopAwaiter)awaiter).Resume(frame);
        else
            awaiter.UnsafeOnCompleted(frame.ResumeAction);
    }

    // The first time that a call waits, its state machine moves from the stack into a frame; this builder is a part of it and
    // must know the frame before.
    private LoopPromise<T> Suspend<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        if (_promise is { } suspended)
            return suspended;
        var frame = LoopFrame<T, TStateMachine>.Rent();
        _promise = frame;
        frame.StateMachine = stateMachine;
        return frame;
    }
}
