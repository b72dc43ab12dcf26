using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AtlanticProxy.Engine.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Transport;

/// <summary>Something that owns one or more file descriptors registered with a loop.</summary>
internal abstract class LoopHandle : TimerNode
{
    /// <summary>
    /// Readiness changed. Events are hints: a descriptor may have been given to another handler within one batch, and others may
    /// have read it empty, so a handler believes only what its system calls then say. An event is never that of an earlier
    /// descriptor of the same number.
    /// </summary>
    internal abstract void OnReady(int fd, uint events);

    /// <summary>Its turn again, after it asked for one with <see cref="EventLoop.Requeue"/>.</summary>
    internal virtual void OnTurn()
    {
    }
}

/// <summary>
/// One thread, one edge-triggered epoll instance, and all that its connections need: timers, buffers, pipes. Nothing that it owns
/// may be touched from another thread; other threads speak to it through <see cref="Post"/> only.
/// </summary>
internal sealed unsafe class EventLoop : IDisposable
{
    /// <summary>Events taken by one epoll_wait: enough to amortise the call, few enough that timers are not late.</summary>
    private const int EventBatch = 256;

    /// <summary>
    /// Bytes of <see cref="Scratch"/>: one read of a relay. 64 KB is where copying stops getting cheaper (measured: 16 K 1.7, 64
    /// K 2.1, 256 K 2.0 GB/s).
    /// </summary>
    public const int ScratchSize = 64 * 1024;

    private const uint Reads = Linux.EPOLLIN | Linux.EPOLLRDHUP | Linux.EPOLLET;

    private readonly TimeProvider _time;
    private readonly long _timeOrigin;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private readonly int _epoll;
    private readonly int _wake;
    private readonly ConcurrentQueue<Action> _inbox = new();
    private readonly Queue<LoopHandle> _turns = new();
    private Watched[] _watched = new Watched[1024];
    private int _wakePending;
    private bool _stopping, _closed;

    public EventLoop(int index, TimeProvider time, ILogger log)
    {
        Index = index;
        _time = time;
        _timeOrigin = time.GetTimestamp();
        _log = log;
        _epoll = Libc.EpollCreate1(Linux.EPOLL_CLOEXEC);
        _wake = Libc.EventFd(0, Linux.EFD_NONBLOCK | Linux.EFD_CLOEXEC);
        if (_epoll < 0 || _wake < 0)
            throw SocketErrors.Exception(Libc.Errno, "creating an event loop");
        Control(Linux.EPOLL_CTL_ADD, _wake, Linux.EPOLLIN | Linux.EPOLLET);
        Timers = new TimerWheel(0);
        ScratchArray = GC.AllocateUninitializedArray<byte>(ScratchSize, pinned: true);
        Scratch = (byte*)Unsafe.AsPointer(ref ScratchArray[0]);
        _thread = new Thread(Run) { Name = $"loop-{index}", IsBackground = true };
    }

    public int Index { get; }

    public TimerWheel Timers { get; }

    public BufferPool Buffers { get; } = new();

    public PipePool Pipes { get; } = new();

    /// <summary>What it counts for the metrics.</summary>
    public LoopCounts Counts { get; } = new();

    /// <summary>Milliseconds since the loop was made, monotonic, read once a turn.</summary>
    public long Now { get; private set; }

    /// <summary>Memory for bytes that do not outlive one handler call. <see cref="ScratchSize"/> bytes, pinned.</summary>
    public byte* Scratch { get; }

    public byte[] ScratchArray { get; }

    /// <summary>
    /// As much again, for handlers that make other bytes of those in <see cref="ScratchArray"/>. Made when first wanted.
    /// </summary>
    public byte[] SecondScratch => field ??= GC.AllocateUninitializedArray<byte>(ScratchSize);

    public bool IsCurrent => Thread.CurrentThread == _thread;

    public void Start() => _thread.Start();

    /// <summary>Runs <paramref name="work"/> on the loop's thread, soon. From any thread.</summary>
    public void Post(Action work)
    {
        _inbox.Enqueue(work);
        Wake();
    }

    /// <summary>Awaiting this continues on the loop's thread: the way back after slow work elsewhere.</summary>
    public LoopSwitch SwitchTo() => new(this);

    /// <summary>
    /// Watches <paramref name="fd"/>, edge-triggered, on behalf of <paramref name="handle"/>. False when the kernel has no memory
    /// for it.
    /// </summary>
    /// <param name="writes">Whether to tell when it can be written to; without, <see cref="WatchWrites"/> can still ask for that.
    /// One event less for a new client.</param>
    public bool Register(int fd, LoopHandle handle, bool writes = true)
    {
        SetHandle(fd, handle);
        _watched[fd].Generation++;
        if (Control(Linux.EPOLL_CTL_ADD, fd, writes ? Reads | Linux.EPOLLOUT : Reads))
            return true;
        _watched[fd].By = null;
        return false;
    }

    /// <summary>Tells from now on when a registered descriptor can be written to; soon, when it can be now.</summary>
    public void WatchWrites(int fd) => Control(Linux.EPOLL_CTL_MOD, fd, Reads | Linux.EPOLLOUT);

    /// <summary>Hands a registered descriptor to another handler, without a system call.</summary>
    public void SetHandle(int fd, LoopHandle handle)
    {
        if (fd >= _watched.Length)
            Array.Resize(ref _watched, Math.Max(fd + 1, _watched.Length * 2));
        _watched[fd].By = handle;
    }

    /// <summary>Whether <paramref name="handle"/> still owns <paramref name="fd"/>.</summary>
    public bool Owns(int fd, LoopHandle handle) => fd >= 0 && fd < _watched.Length && _watched[fd].By == handle;

    /// <summary>Closes a registered descriptor; the kernel takes it out of epoll.</summary>
    public void Close(int fd)
    {
        _watched[fd].By = null;
        Libc.Close(fd);
    }

    /// <summary>Stops watching a registered descriptor, which stays open.</summary>
    public void Unregister(int fd)
    {
        _watched[fd].By = null;
        Control(Linux.EPOLL_CTL_DEL, fd, 0);
    }

    /// <summary>Gives <paramref name="handle"/> another turn after all others have had theirs.</summary>
    public void Requeue(LoopHandle handle) => _turns.Enqueue(handle);

    /// <summary>Arms a timer <paramref name="delay"/> from now.</summary>
    public void ArmTimer(TimerNode node, TimeSpan delay) => Timers.Arm(node, Now + (long)delay.TotalMilliseconds);

    /// <summary>Ends the loop after its present turn and waits for its thread. Not from the loop itself.</summary>
    public void Stop()
    {
        Post(() => _stopping = true);
        if ((_thread.ThreadState & ThreadState.Unstarted) == 0)
            _thread.Join();
    }

    public void Dispose()
    {
        Stop();
        Pipes.Dispose();
        lock (_inbox)
        {
            _closed = true; // who still posts must not write to what gets this number next
            Libc.Close(_wake);
        }
        Libc.Close(_epoll);
    }

    private void Run()
    {
        // Nothing here is in an execution context: capturing and restoring one at each await would only cost (perf: 0.3 % of a
        // new tunnel).
        ExecutionContext.SuppressFlow();
        byte* events = stackalloc byte[EventBatch * EpollEvent.Size];
        for (long busySince = Now = Clock(); !_stopping;)
        {
            bool waits = _turns.Count == 0;
            int timeout = 0;
            if (waits)
            {
                Now = Clock();
                Counts.CountBusy(Now - busySince);
                timeout = Timers.UntilNext(Now);
            }
            int count = Libc.EpollWait(_epoll, events, EventBatch, timeout);
            if (count < 0 && Libc.Errno != Linux.EINTR)
                throw SocketErrors.Exception(Libc.Errno, "epoll_wait");
            Now = Clock();
            Counts.CountTurn();
            if (waits)
                busySince = Now;

            for (int i = 0; i < count; i++)
            {
                var (ready, fd, generation) = EpollEvent.Read(events, i);
                if (fd == _wake)
                    continue; // the inbox is looked at below on every turn
                // One of another generation was of a descriptor that an earlier event of this batch made us close.
                if (_watched[fd] is { By: { } handle } watched && watched.Generation == generation)
                    Guard(handle, fd, ready);
            }
            for (int turns = _turns.Count; turns > 0; turns--)
                Guard(_turns.Dequeue());
            DrainInbox();
            AdvanceTimers();
        }
    }

    private void DrainInbox()
    {
        if (Volatile.Read(ref _wakePending) == 0)
            return;
        ulong ignored;
        Libc.Read(_wake, &ignored, sizeof(ulong));
        Volatile.Write(ref _wakePending, 0); // before looking: what comes later wakes us again
        Interlocked.MemoryBarrier();
        while (_inbox.TryDequeue(out var work))
        {
            try
            {
                work();
            }
            catch (Exception fault)
            {
                EngineLog.LoopFault(_log, fault, Index);
            }
        }
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _wakePending, 1) != 0)
            return;
        lock (_inbox)
        {
            ulong one = 1;
            if (!_closed)
                Libc.Write(_wake, &one, sizeof(ulong));
        }
    }

    /// <summary>Logs a fault that ended one connection's work on this loop, and nothing else. From any thread.</summary>
    public void OnFault(Exception fault) => EngineLog.ConnectionFault(_log, fault);

    // A fault in one connection's handler is that connection's alone: logged once here, and the loop goes on.
    private void Guard(LoopHandle handle, int fd, uint events)
    {
        try
        {
            handle.OnReady(fd, events);
        }
        catch (Exception fault)
        {
            EngineLog.LoopFault(_log, fault, Index);
        }
    }

    private void Guard(LoopHandle handle)
    {
        try
        {
            handle.OnTurn();
        }
        catch (Exception fault)
        {
            EngineLog.LoopFault(_log, fault, Index);
        }
    }

    private void AdvanceTimers()
    {
        try
        {
            Timers.Advance(Now);
        }
        catch (Exception fault)
        {
            EngineLog.LoopFault(_log, fault, Index);
        }
    }

    private bool Control(int operation, int fd, uint events)
    {
        byte* change = stackalloc byte[EpollEvent.Size];
        new EpollEvent(events, fd, fd < _watched.Length ? _watched[fd].Generation : 0).Write(change);
        return Libc.EpollCtl(_epoll, operation, fd, change) == 0;
    }

    private long Clock() => (long)_time.GetElapsedTime(_timeOrigin).TotalMilliseconds;

    /// <summary>
    /// A descriptor's handler, and how many had its number. An array of structures, since an array of objects checks the type of
    /// each that is stored in it.
    /// </summary>
    private struct Watched
    {
        public LoopHandle? By;
        public int Generation;
    }
}

/// <summary>Awaitable of <see cref="EventLoop.SwitchTo"/>.</summary>
internal readonly struct LoopSwitch(EventLoop loop) : ICriticalNotifyCompletion
{
    public LoopSwitch GetAwaiter() => this;

    public bool IsCompleted => loop.IsCurrent;

    public void OnCompleted(Action continuation) => loop.Post(continuation);

    public void UnsafeOnCompleted(Action continuation) => loop.Post(continuation);

    public void GetResult()
    {
    }
}
