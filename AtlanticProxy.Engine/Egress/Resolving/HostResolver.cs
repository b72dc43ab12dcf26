using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Transport;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Egress.Resolving;

/// <summary>
/// Resolves names with the system's resolver, and remembers the answers shortly. That blocks for as long as name servers are
/// silent, so it has threads of its own: they come when needed, up to a bound, and no one asker gets more than half of them. A
/// name is looked up once for all who wait for it.
/// </summary>
/// <param name="lookUp">Blocks. Addresses of a name; none, or a <see cref="SocketException"/>, when it has none.</param>
/// <param name="threads">At most.</param>
internal sealed class HostResolver(TimeProvider time, ILogger log, Func<string, IPAddress[]> lookUp, int threads) : IDisposable
{
    /// <summary>
    /// How long an answer is used again. The system's resolver does not tell TTLs; 10 s is under nearly all of them and spares a
    /// page's burst.
    /// </summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    /// <summary>Answers kept; at the bound all are forgotten, which costs one round of look-ups.</summary>
    private const int MaxRemembered = 8192;

    /// <summary>
    /// Names of one asker that may wait for a thread: at 20 ms each, which an answer from afar takes, those of 16 threads are
    /// through within half a second.
    /// </summary>
    public const int MaxWaiting = 256;

    /// <summary>A thread that has nothing to do for so long ends.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Answer> _answers = new();

    /// <summary>What follows is used under its lock.</summary>
    private readonly FairQueue<Lookup> _queue = new(Math.Max(threads / 2, 1), MaxWaiting);

    private readonly Dictionary<string, Lookup> _lookups = [];
    private int _threads, _running;
    private bool _disposed;

    /// <summary>An answer that is at hand; null when <see cref="ResolveAsync"/> must be awaited.</summary>
    public IReadOnlyList<IPAddress>? TryGet(string host)
    {
        if (_answers.TryGetValue(host, out var answer) && time.GetElapsedTime(answer.At) < Remembered)
            return answer.Addresses;
        return null;
    }

    /// <summary>Addresses of the name, or why there are none. On the loop of <paramref name="wait"/>, before and after.</summary>
    /// <param name="asker">Whose turn it takes.</param>
    public LoopTask<Resolution> ResolveAsync(string host, long asker, NameWait wait, TimeSpan atMost)
    {
        lock (_queue)
        {
            if (_disposed)
                return new(new Resolution(ResolveEnd.Cancelled, []));
            if (TryGet(host) is { } known)
                return new(new Resolution(ResolveEnd.Answered, known)); // it came just now
            bool isNew = !_lookups.TryGetValue(host, out var lookup);
            lookup ??= new Lookup(host);
            // Who joins one that has not begun yet has it in his own turn as well: another's may be long in coming.
            if (!lookup.HasBegun && !lookup.Askers.Contains(asker))
            {
                if (_queue.TryAdd(asker, lookup))
                {
                    lookup.Askers.Add(asker);
                    _lookups[host] = lookup;
                    CallThread();
                }
                else if (isNew)
                    return new(new Resolution(ResolveEnd.TooMany, []));
            }
            lookup.Waits.Add(wait);
            return wait.RunAsync(this, lookup, atMost);
        }
    }

    /// <summary>Goes away before the answer.</summary>
    public void Leave(Lookup lookup, NameWait wait)
    {
        lock (_queue)
            lookup.Waits.Remove(wait);
    }

    /// <summary>
    /// Answers nobody any more. A look-up that is under way holds its thread until the system's resolver gives up.
    /// </summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _disposed = true;
            Monitor.PulseAll(_queue);
        }
    }

    private void Run()
    {
        while (Next() is { } lookup)
            Finish(lookup, LookUp(lookup.Host));
    }

    /// <summary>What this thread is to look up; null when it is to end.</summary>
    private Lookup? Next()
    {
        lock (_queue)
        {
            while (!_disposed)
            {
                if (_queue.TryTake(out long asker, out var lookup))
                {
                    if (Begin(lookup, asker))
                        return lookup;
                }
                else if (!Monitor.Wait(_queue, IdleTime) && _queue.Turns == 0)
                    break;
            }
            _threads--;
            return null;
        }
    }

    private bool Begin(Lookup lookup, long asker)
    {
        if (lookup.HasBegun || lookup.Waits.Count == 0)
        {
            // Another's turn came first, or all who waited are gone.
            _queue.Finish(asker);
            if (!lookup.HasBegun)
                _lookups.Remove(lookup.Host);
            lookup.HasBegun = true;
            return false;
        }
        (lookup.HasBegun, lookup.TurnOf) = (true, asker);
        _running++;
        if (_queue.Turns > 0)
            CallThread();
        return true;
    }

    private IReadOnlyList<IPAddress> LookUp(string host)
    {
        try
        {
            return [.. lookUp(host).OrderBy(address => address.AddressFamily != AddressFamily.InterNetwork)];
        }
        catch (Exception none) when (none is SocketException or ArgumentException)
        {
            return []; // an expected failure: the name has no address, or is none that could have one
        }
        catch (Exception fault)
        {
            EngineLog.LookupFault(log, fault);
            return [];
        }
    }

    private void Finish(Lookup lookup, IReadOnlyList<IPAddress> addresses)
    {
        if (_answers.Count >= MaxRemembered)
            _answers.Clear();
        _answers[lookup.Host] = new Answer(addresses, time.GetTimestamp());
        lock (_queue)
        {
            _running--;
            _queue.Finish(lookup.TurnOf);
            _lookups.Remove(lookup.Host);
            if (_disposed)
                return; // the loops may be gone
            foreach (var wait in lookup.Waits)
                wait.Answer(addresses); // under the lock, so that nobody is told who has left
        }
    }

    // Has a thread come for what may be taken: one that waits, or a new one.
    private void CallThread()
    {
        int free = _threads - _running;
        if (free >= _queue.Turns || _threads == threads)
        {
            Monitor.Pulse(_queue);
            return;
        }
        try
        {
            new Thread(Run) { Name = "resolver", IsBackground = true }.Start();
            _threads++;
        }
        catch (OutOfMemoryException) when (_threads > 0)
        {
            // The machine has no more threads: those that there are come to it later.
        }
    }

    private sealed record Answer(IReadOnlyList<IPAddress> Addresses, long At);
}

/// <summary>One name being looked up, and who waits for it. Used under its resolver's lock.</summary>
internal sealed class Lookup(string host)
{
    public string Host { get; } = host;

    /// <summary>In whose queues it is or was.</summary>
    public List<long> Askers { get; } = [];

    public HashSet<NameWait> Waits { get; } = [];

    /// <summary>A thread works on it; or nobody wanted it any more when one came to it.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Whose part of the threads it takes.</summary>
    public long TurnOf { get; set; }
}
