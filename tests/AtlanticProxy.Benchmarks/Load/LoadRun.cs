using System.Diagnostics;
using System.Net;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Benchmarks.Load;

/// <summary>The connections of one <see cref="LoadJob"/> and what they have counted. Used on the loop only.</summary>
internal sealed class LoadRun : LoopHandle
{
    private const int MaxLatencies = 1_000_000;

    /// <summary>Connections being opened at a time when many are to be held.</summary>
    private const int OpenAtATime = 64;

    /// <summary>A proxy that fails this often is not worth waiting for.</summary>
    private const int MaxErrors = 10_000;

    private readonly LoadJob _job;
    private readonly List<LoadConnection> _connections = [];
    private readonly Queue<LoadConnection> _free = new();
    private readonly double _ticksBetween;
    private long[] _latencies = [];
    private int _latencyCount;
    private double _nextDue;
    private long _begun;
    private bool _stopped;

    public LoadRun(EventLoop loop, LoadJob job)
    {
        Loop = loop;
        _job = job;
        Script = Script.For(job);
        Target = new KernelAddress(IPAddress.Loopback, job.Port);
        _ticksBetween = job.Rate > 0 ? Stopwatch.Frequency / job.Rate : 0;
    }

    public EventLoop Loop { get; }

    public Script Script { get; }

    public KernelAddress Target { get; }

    public long Count { get; private set; }

    public long Bytes { get; private set; }

    public long Errors { get; private set; }

    public string? FirstError { get; private set; }

    /// <summary>Connections that stand.</summary>
    public int Open { get; private set; }

    public void Start()
    {
        int first = _job.Kind == LoadKind.Hold ? Math.Min(OpenAtATime, _job.Connections) : _job.Connections;
        for (int i = 0; i < first; i++)
            Add();
        if (_ticksBetween > 0)
        {
            _latencies = new long[MaxLatencies];
            _nextDue = Stopwatch.GetTimestamp();
            Loop.Requeue(this);
        }
    }

    /// <summary>From here on it is measured.</summary>
    public void Measure() => (Count, Bytes, _latencyCount) = (0, 0, 0);

    public void Stop()
    {
        _stopped = true;
        foreach (var connection in _connections)
            connection.Close();
    }

    /// <summary>Microseconds at these shares of all requests.</summary>
    public (double P50, double P99) Latencies()
    {
        if (_latencyCount == 0)
            return (0, 0);
        Array.Sort(_latencies, 0, _latencyCount);
        double At(double share) => _latencies[(int)(share * (_latencyCount - 1))] * 1e6 / Stopwatch.Frequency;
        return (At(0.5), At(0.99));
    }

    public void Received(long bytes) => Bytes += bytes;

    public void OnOpen(LoadConnection connection)
    {
        Open++;
        switch (_job.Kind)
        {
            case LoadKind.Connect or LoadKind.Socks5 or LoadKind.Socks5AtOnce:
                Count++;
                Open--;
                connection.Close();
                Reopen(connection);
                break;
            case LoadKind.Hold when _connections.Count < _job.Connections:
                Add();
                break;
            case LoadKind.Hold:
                break;
            default:
                Next(connection);
                break;
        }
    }

    public void OnAnswered(LoadConnection connection)
    {
        Count++;
        if (_ticksBetween > 0 && _latencyCount < MaxLatencies)
            _latencies[_latencyCount++] = Stopwatch.GetTimestamp() - connection.DueAt;
        if (!_stopped)
            Next(connection);
    }

    public void OnLost(LoadConnection connection)
    {
        Open--;
        Reopen(connection);
    }

    public void OnFailed(LoadConnection connection, string reason)
    {
        if (_stopped)
            return;
        FirstError ??= reason;
        if (++Errors < MaxErrors && _job.Kind != LoadKind.Hold)
            Reopen(connection);
    }

    // Keeps the rate: asks for what is due, on whatever connection is free, and comes back next turn (so the loop does not sleep
    // meanwhile).
    internal override void OnTurn()
    {
        if (_stopped)
            return;
        long now = Stopwatch.GetTimestamp();
        while (_nextDue <= now && _free.TryDequeue(out var connection))
        {
            connection.DueAt = (long)_nextDue;
            _nextDue += _ticksBetween;
            connection.Ask();
        }
        Loop.Requeue(this);
    }

    internal override void OnReady(int fd, uint events)
    {
    }

    internal override void OnTimer()
    {
    }

    private void Next(LoadConnection connection)
    {
        if (_ticksBetween > 0)
            _free.Enqueue(connection);
        else if (MayBegin())
            connection.Ask();
    }

    // Whether there is another tunnel or answer to begin with, of a job that has so many and no more.
    private bool MayBegin() => _job.Limit == 0 || _begun++ < _job.Limit;

    private bool OpensOnly => _job.Kind is LoadKind.Connect or LoadKind.Socks5 or LoadKind.Socks5AtOnce;

    private void Add()
    {
        var connection = new LoadConnection(this, _connections.Count);
        _connections.Add(connection);
        if (!OpensOnly || MayBegin())
            connection.Open();
    }

    private void Reopen(LoadConnection connection)
    {
        if (!_stopped && (!OpensOnly || MayBegin()))
            connection.Open();
    }
}
