using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Health;

/// <summary>A time in which a check was in one state.</summary>
/// <param name="Until">As far as is known.</param>
public sealed record HealthPeriod(string Node, HealthState State, string Words, DateTimeOffset From, DateTimeOffset Until);

/// <summary>One day of a check.</summary>
/// <param name="Worst">Null: nothing is known of that day.</param>
/// <param name="Failing">For how long it was not healthy.</param>
public sealed record HealthDay(DateOnly Day, HealthState? Worst, TimeSpan Failing);

/// <summary>A time in which nobody is told.</summary>
/// <param name="Check">Null: of every check.</param>
public sealed record MuteSummary(long Id, string? Check, string Note, DateTimeOffset From, DateTimeOffset Until);

/// <summary>Reads what the checks of all nodes found.</summary>
public sealed class HealthQueries(AtlanticDb db, TimeProvider time)
{
    /// <summary>Days that a bar shows.</summary>
    public const int Days = 90;

    /// <summary>What the checks of other nodes said within the last minutes.</summary>
    /// <param name="node">The one that is left out.</param>
    public Task<List<CheckLook>> OfOthersAsync(string node, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var recent = now - HealthRecorder.LongestGap;
        return (
            from row in db.HealthSpans
            where row.SeenAt >= recent && row.Node != node
                && !db.HealthSpans.Any(later => later.Node == row.Node && later.CheckName == row.CheckName
                    && later.BeganAt > row.BeganAt)
            select new CheckLook(row.Node, row.CheckName, row.State, row.BeganAt,
                row.State == HealthState.Healthy ? null : row.BeganAt, row.Words, new string[0], row.SeenAt, TimeSpan.Zero, 0, 1,
                false)).ToListAsync(cancellation);
    }

    /// <summary>The latest first.</summary>
    public Task<List<HealthPeriod>> HistoryAsync(string check, int count, CancellationToken cancellation) =>
        db.HealthSpans.Where(row => row.CheckName == check).OrderByDescending(row => row.BeganAt).ThenByDescending(row => row.Id)
            .Take(count).Select(row => new HealthPeriod(row.Node, row.State, row.Words, row.BeganAt, row.SeenAt))
            .ToListAsync(cancellation);

    /// <summary>When anything was not healthy, the latest first.</summary>
    public Task<List<(string Check, HealthPeriod Period)>> IncidentsAsync(int count, CancellationToken cancellation) =>
        db.HealthSpans.Where(row => row.State != HealthState.Healthy).OrderByDescending(row => row.BeganAt)
            .ThenByDescending(row => row.Id).Take(count)
            .Select(row => ValueTuple.Create(row.CheckName,
                new HealthPeriod(row.Node, row.State, row.Words, row.BeganAt, row.SeenAt)))
            .ToListAsync(cancellation);

    /// <summary>
    /// By check: the share of its known time, of all nodes together, in which it was healthy; null: nothing is known.
    /// </summary>
    /// <param name="span">Back from now.</param>
    /// <param name="check">That alone; null: all.</param>
    public async Task<IReadOnlyDictionary<string, double?>> UptimeAsync(
        TimeSpan span, CancellationToken cancellation, string? check = null)
    {
        var now = time.GetUtcNow();
        var rows = await db.QueryAsync<UptimeRow>($"""
            select check_name,
                sum(extract(epoch from least(seen_at, {now}) - greatest(began_at, {now - span}))) as known,
                coalesce(sum(extract(epoch from least(seen_at, {now}) - greatest(began_at, {now - span})))
                    filter (where state = 'healthy'), 0) as healthy
            from health_spans where seen_at > {now - span} and ({check}::text is null or check_name = {check}::text)
            group by check_name
            """, cancellation);
        return rows.ToDictionary(row => row.CheckName,
            row => row.Known > 0 ? (double?)(double)(row.Healthy / row.Known) : null, StringComparer.Ordinal);
    }

    /// <summary>By check: each of the last <see cref="Days"/> days (UTC), the earliest first.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<HealthDay>>> DaysAsync(CancellationToken cancellation)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var first = today.AddDays(1 - Days);
        var rows = await db.QueryAsync<DayRow>($"""
            select s.check_name, d::date as day,
                max(array_position(array['healthy', 'degraded', 'unhealthy'], s.state)) - 1 as worst,
                coalesce(sum(extract(epoch from least(s.seen_at, d + interval '1 day') - greatest(s.began_at, d)))
                    filter (where s.state <> 'healthy'), 0) as failing
            from health_spans s,
                generate_series(greatest(date_trunc('day', s.began_at, 'UTC'), {first.ToDateTime(default, DateTimeKind.Utc)}),
                    date_trunc('day', s.seen_at, 'UTC'), interval '1 day') d
            where s.seen_at >= {first.ToDateTime(default, DateTimeKind.Utc)}
            group by s.check_name, d
            """, cancellation);
        return rows.GroupBy(row => row.CheckName, StringComparer.Ordinal).ToDictionary(of => of.Key, of =>
        {
            var known = of.ToDictionary(row => row.Day);
            return (IReadOnlyList<HealthDay>)[.. Enumerable.Range(0, Days).Select(first.AddDays).Select(day =>
                known.TryGetValue(day, out var row)
                    ? new HealthDay(day, (HealthState)row.Worst, TimeSpan.FromSeconds((double)row.Failing))
                    : new HealthDay(day, null, TimeSpan.Zero))];
        }, StringComparer.Ordinal);
    }

    /// <summary>Those that last, or are to come.</summary>
    public Task<List<MuteSummary>> MutesAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return db.HealthMutes.Where(row => row.EndsAt > now).OrderBy(row => row.BeginsAt).ThenBy(row => row.Id)
            .Select(row => new MuteSummary(row.Id, row.CheckName, row.Note, row.BeginsAt, row.EndsAt)).ToListAsync(cancellation);
    }

    private sealed record UptimeRow(string CheckName, decimal Known, decimal Healthy);

    private sealed record DayRow(string CheckName, DateOnly Day, int Worst, decimal Failing);
}
