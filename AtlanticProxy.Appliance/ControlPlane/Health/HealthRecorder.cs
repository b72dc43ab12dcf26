using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Health;

/// <summary>
/// Keeps what this node's checks find, as spans: what changed within seconds, and each minute that it lasts. What changes while
/// the database is away is written once it is back: that it was away, first of all.
/// </summary>
public sealed class HealthRecorder(IHealthLooks looks, DataOptions<AtlanticDb> database, TimeProvider time)
{
    /// <summary>How late a change may stand on the page of another node.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>How often it is noted that nothing changed.</summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromMinutes(1);

    /// <summary>A node that was off for longer begins new spans.</summary>
    internal static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(3);

    private readonly Dictionary<(string Node, string Check), HealthSpan> _open = [];

    /// <summary>Ids of those that were begun before this process: what was between is not known.</summary>
    private readonly HashSet<long> _recalled = [];

    private bool _hasRecalled;
    private DateTimeOffset _noted;

    /// <summary>Runs until cancelled. Faults of the database end it: whoever runs it starts it again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await RecordAsync(cancellation);
            await Task.Delay(Interval, time, cancellation);
        }
    }

    internal async Task RecordAsync(CancellationToken cancellation)
    {
        await using var db = new AtlanticDb(database);
        if (!_hasRecalled)
            await RecallAsync(db, cancellation);
        while (looks.Changes.TryPeek(out var change))
        {
            await WriteAsync(db, change, cancellation);
            looks.Changes.TryDequeue(out _);
        }
        var now = time.GetUtcNow();
        if (now - _noted >= Heartbeat)
            await NoteAsync(db, now, cancellation);
    }

    /// <summary>Goes on with the spans of before, where they are not long ago.</summary>
    private async Task RecallAsync(AtlanticDb db, CancellationToken cancellation)
    {
        var recent = time.GetUtcNow() - LongestGap;
        foreach (var span in await db.HealthSpans.Where(row => row.SeenAt >= recent).OrderBy(row => row.BeganAt)
            .ThenBy(row => row.Id).ToListAsync(cancellation))
        {
            _open[(span.Node, span.CheckName)] = span;
            _recalled.Add(span.Id);
        }
        _hasRecalled = true;
    }

    private async Task WriteAsync(AtlanticDb db, CheckLook look, CancellationToken cancellation)
    {
        if (_open.TryGetValue((look.Node, look.Check), out var open))
        {
            if (open.State == look.State)
                return; // as it was before the restart
            if (!_recalled.Contains(open.Id))
                await db.HealthSpans.Where(row => row.Id == open.Id && row.BeganAt <= look.Since)
                    .Set(row => row.SeenAt, look.Since).UpdateAsync(cancellation);
        }
        var span = new HealthSpan
        {
            Node = look.Node, CheckName = look.Check, State = look.State, Words = look.Words, BeganAt = look.Since,
            SeenAt = look.Since,
        };
        span.Id = await db.InsertWithInt64IdentityAsync(span, token: cancellation);
        _open[(look.Node, look.Check)] = span;
    }

    private async Task NoteAsync(AtlanticDb db, DateTimeOffset now, CancellationToken cancellation)
    {
        var current = looks.Current.Where(look => _open.ContainsKey((look.Node, look.Check)))
            .Select(look => (Look: look, Span: _open[(look.Node, look.Check)]))
            .Where(pair => pair.Span.State == pair.Look.State).ToList();
        await db.ExecuteSqlAsync($"""
            update health_spans s set seen_at = {now}, words = n.words
            from unnest({current.Select(pair => pair.Span.Id).ToArray()}, {current.Select(pair => pair.Look.Words).ToArray()})
                as n (id, words)
            where s.id = n.id and s.seen_at <= {now}
            """, cancellation);
        _noted = now;
    }
}
