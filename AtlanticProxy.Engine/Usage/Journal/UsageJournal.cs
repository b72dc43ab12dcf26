using System.Diagnostics.CodeAnalysis;
using AtlanticProxy.Engine.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Usage.Journal;

/// <summary>
/// What was counted and is not in the database yet, on local disk. The meter appends; a thread of the journal's own syncs once a
/// second; one reader takes batches out with <see cref="Read"/> and, when the database has them, says so with <see
/// cref="Delivered"/>.
/// <para>
/// What can be lost: kill -9 loses what the meter had not collected (<see cref="UsageMeter.Interval"/>), power loss what was not
/// synced (<see cref="JournalSyncing.Interval"/>). What the disk does not take is held in memory, added up by key, and offered to
/// it again with each sync.
/// </para>
/// </summary>
public sealed class UsageJournal : IUsageSink, IDisposable
{
    private const string LockFile = "lock";

    /// <summary>
    /// A segment that is still written to, and delivered so far, is exchanged for a new one when it has this share of its length:
    /// after a crash little is sent again.
    /// </summary>
    private const int DeliveredShare = 16;

    private readonly UsageJournalOptions _options;
    private readonly ILogger _log;
    private readonly string _node;
    private readonly FileStream _lockFile;
    private readonly JournalRuns _runs;
    private readonly Lock _lock = new();
    private readonly List<JournalSegment> _segments; // oldest first
    private readonly Dictionary<UsageKey, UsageDelta> _held = [];
    private readonly byte[] _frame = new byte[JournalFrame.MaxSize];
    private readonly byte[] _readBuffer = new byte[4 * JournalFrame.MaxSize];
    private readonly JournalSyncing _syncing;
    private JournalSegment? _active;
    private readonly List<(JournalSegment Segment, long End)> _reading = []; // what Read gave last, by segment
    private UsageBatch? _fromMemory;
    private long _sequence, _discarded;
    private int _files;
    private volatile bool _isFull;
    private string? _refusal;
    private bool _disposed;

    private UsageJournal(UsageJournalOptions options, string node, FileStream lockFile, ILogger log)
    {
        (_options, _node, _lockFile, _log) = (options, node, lockFile, log);
        _runs = JournalRuns.Open(options.Directory, node, log);
        _segments = JournalFolder.Recover(options.Directory, log, out _discarded);
        _syncing = new JournalSyncing(_lock, TakeUnsynced, log);
    }

    /// <inheritdoc/>
    public bool IsFull => _isFull;

    /// <summary>
    /// As this run's batches are signed: node and run. Those that an earlier run left are signed as they were then.
    /// </summary>
    public string Node => _node;

    /// <summary>
    /// Runs of this node that have ended, as <see cref="Node"/> said then: what they hold of leases is nobody's, once all that
    /// they counted is delivered.
    /// </summary>
    public IReadOnlyList<string> EarlierRuns => _runs.Earlier;

    /// <summary>What they held was given back.</summary>
    public void ForgetEarlierRuns() => _runs.ForgetEarlier();

    public UsageJournalStatus Status
    {
        get
        {
            lock (_lock)
                return new(Bytes, _options.MaxBytes, _segments.Count,
                    _segments.Sum(segment => segment.Length - segment.Delivered),
                    _held.Count + (_fromMemory?.Rows.Count ?? 0), _discarded, _refusal ?? _syncing.Problem, _isFull);
        }
    }

    private long Bytes => _segments.Sum(segment => segment.Length);

    /// <summary>Takes up what an earlier run left behind, and is ready for more.</summary>
    /// <param name="options">With its folder named.</param>
    /// <param name="nodeName">Name of the node; each run of it adds an id of its own.</param>
    /// <exception cref="IOException">The folder cannot be used, or another process uses it.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise, for lack of permission.</exception>
    public static UsageJournal Open(UsageJournalOptions options, string nodeName, ILogger<UsageJournal> log)
    {
        System.IO.Directory.CreateDirectory(options.Directory,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var lockFile = new FileStream(Path.Combine(options.Directory, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite,
            FileShare.None);
        try
        {
            return new UsageJournal(options, $"{nodeName}/{Guid.CreateVersion7():n}", lockFile, log);
        }
        catch
        {
            lockFile.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Accept(IReadOnlyList<UsageDelta> deltas)
    {
        lock (_lock)
        {
            foreach (var delta in deltas)
                Hold(delta with { Key = delta.Key with { Country = CountryNames.Sane(delta.Key.Country) } });
            WriteHeld();
        }
    }

    /// <summary>
    /// The oldest batches that are not delivered, of one run of the node; from the same one on until <see cref="Delivered"/> is
    /// called. Empty when there are none. What the disk does not take comes out of memory.
    /// </summary>
    /// <param name="maxRows">About as many rows as this; at least one batch.</param>
    /// <exception cref="IOException">The disk cannot be read.</exception>
    public IReadOnlyList<UsageBatch> Read(int maxRows)
    {
        if (_fromMemory is { } waiting)
            return [waiting];
        _reading.Clear();
        var batches = new List<UsageBatch>();
        int rows = 0;
        foreach (var segment in Waiting())
        {
            if (rows >= maxRows || (batches.Count > 0 && segment.Node != batches[0].Node))
                break;
            int before = batches.Count;
            rows += segment.Read(_readBuffer, maxRows - rows, batches, out long end);
            if (batches.Count > before)
                _reading.Add((segment, end));
            else if (batches.Count == 0 && end < segment.Length)
                SkipDamage(segment, end);
            if (batches.Count > 0 && end < segment.Length)
                break; // all of this one comes before any of the next: that batches were counted is forgotten up to a sequence
        }
        if (batches.Count > 0)
            return batches;
        lock (_lock)
            return TakeFromMemory(maxRows) is { } batch ? [batch] : [];
    }

    /// <summary>The database has what <see cref="Read"/> gave last. Segments that are delivered whole are removed.</summary>
    /// <returns>Batches that are gone for good with them.</returns>
    public IReadOnlyList<RetiredBatches> Delivered()
    {
        lock (_lock)
        {
            if (_fromMemory is not null)
                _fromMemory = null;
            else
                foreach (var (segment, end) in _reading)
                    segment.Delivered = end;
            _reading.Clear();
            var removed = _segments.Where(segment => segment.Delivered >= segment.Length
                && (segment != _active || segment.Length >= _options.SegmentBytes / DeliveredShare)).ToList();
            Remove(removed);
            UpdateFull();
            return [.. removed.GroupBy(segment => segment.Node)
                .Select(run => new RetiredBatches(run.Key, run.Max(segment => segment.LastSequence)))];
        }
    }

    /// <summary>
    /// Ends the syncing with a last sync. What was delivered whole is removed; the rest waits for the next run.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _syncing.Dispose();
        lock (_lock)
        {
            Remove([.. _segments.Where(segment => segment.Delivered >= segment.Length)]);
            if (_held.Count + (_fromMemory?.Rows.Count ?? 0) is > 0 and int lost)
                EngineLog.JournalHeldLost(_log, lost);
            foreach (var segment in _segments)
                segment.Dispose();
        }
        _lockFile.Dispose();
    }

    private void Hold(in UsageDelta delta) => _held[delta.Key] = _held.TryGetValue(delta.Key, out var before)
        ? before.Plus(delta)
        : delta;

    // Under the lock, as all below that says nothing else.
    private void WriteHeld()
    {
        if (_held.Count == 0 && _refusal is null)
            return;
        var rows = _held.Values.ToArray();
        int written = 0;
        string? refusal;
        do
        {
            // With nothing to write, an empty frame: after a refusal, whether the disk takes anything again is found out by
            // trying.
            var batch = rows.AsSpan(written, Math.Min(JournalFrame.MaxRows, rows.Length - written));
            if (!TryAppend(batch, out refusal))
                break;
            written += batch.Length;
        }
        while (written < rows.Length);
        if (written == rows.Length)
            _held.Clear();
        else
            foreach (ref readonly var row in rows.AsSpan(0, written))
                _held.Remove(row.Key);
        Note(refusal);
    }

    private bool TryAppend(ReadOnlySpan<UsageDelta> rows, [NotNullWhen(false)] out string? refusal)
    {
        int length = JournalFrame.Write(_frame, _sequence + 1, rows);
        refusal = null;
        if (Bytes + length > _options.MaxBytes)
            refusal = $"its bound of {_options.MaxBytes} bytes is reached";
        else
            try
            {
                if (_active is null || _active.Length + length > _options.SegmentBytes)
                    _active = Begin();
                _active.Append(_frame.AsSpan(0, length), _sequence + 1);
                _sequence++;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                refusal = fault.Message;
            }
        return refusal is null;
    }

    private JournalSegment Begin()
    {
        string run = _node[(_node.IndexOf('/') + 1)..];
        var segment = JournalSegment.Create(Path.Combine(_options.Directory, $"{run}-{++_files:d8}{JournalSegment.Extension}"),
            _node);
        _segments.Add(segment);
        return segment;
    }

    private void Note(string? refusal)
    {
        if (refusal is not null && _refusal is null)
            EngineLog.JournalRefuses(_log, refusal, _held.Count);
        else if (refusal is null && _refusal is not null)
            EngineLog.JournalTakesAgain(_log);
        _refusal = refusal;
        UpdateFull();
    }

    private void UpdateFull()
    {
        bool full = _held.Count >= _options.MaxHeldCounters;
        if (full && !_isFull)
            EngineLog.JournalFull(_log, _held.Count);
        _isFull = full;
    }

    // What was held is offered to the disk again before.
    private List<JournalSegment> TakeUnsynced()
    {
        WriteHeld();
        var dirty = _segments.Where(segment => segment.IsDirty).ToList();
        foreach (var segment in dirty)
            segment.IsDirty = false;
        return dirty;
    }

    private List<JournalSegment> Waiting()
    {
        lock (_lock)
            return [.. _segments.Where(segment => segment.Delivered < segment.Length)];
    }

    // A batch of its own, which the disk never sees: gone with the process, as what is held is.
    private UsageBatch? TakeFromMemory(int maxRows)
    {
        if (_held.Count == 0)
            return null;
        _fromMemory = new UsageBatch(_node, ++_sequence, [.. _held.Values.Take(maxRows)]);
        foreach (var row in _fromMemory.Rows)
            _held.Remove(row.Key);
        return _fromMemory;
    }

    private void SkipDamage(JournalSegment segment, long from)
    {
        lock (_lock)
        {
            long lost = segment.Length - from;
            _discarded += lost;
            EngineLog.JournalDamaged(_log, segment.Name, lost);
            segment.Delivered = segment.Length;
            if (segment == _active)
                _active = null;
        }
    }

    private void Remove(List<JournalSegment> delivered)
    {
        if (delivered.Count == 0)
            return;
        foreach (var segment in delivered)
        {
            if (segment == _active)
                _active = null;
            _segments.Remove(segment);
            segment.Delete();
        }
        // Before anybody forgets that its batches were counted: else a power loss could bring them back.
        JournalFolder.Sync(_options.Directory);
    }
}
