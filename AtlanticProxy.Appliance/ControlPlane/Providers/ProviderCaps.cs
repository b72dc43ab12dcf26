using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>
/// Marks providers whose traffic of the day or month (UTC) has reached its cap, and clears the mark when the next begins or the
/// cap is raised. The engine hears of it as of any change. Several nodes may run it at once: what is marked already is not
/// written again.
/// </summary>
public sealed partial class ProviderCaps(DataOptions<AtlanticDb> database, TimeProvider time, ILogger<ProviderCaps> log)
{
    /// <summary>As often as usage comes: what passes in between is over the cap.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Runs until cancelled; a fault of the database ends it, and it can be started again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
            await UpdateAsync(cancellation);
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    internal async Task UpdateAsync(CancellationToken cancellation)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var month = new DateOnly(today.Year, today.Month, 1);
        await using var db = new AtlanticDb(database);
        // From the running totals that every batch of usage adds to: at most a month of rows for each provider with a cap.
        foreach (var (provider, until) in await db.QueryAsync<Changed>($"""
            with used as (
                select c.id, coalesce(sum(d.bytes) filter (where d.day >= {today}), 0) as day, coalesce(sum(d.bytes), 0) as month
                from providers c left join provider_days d on d.provider_id = c.id and d.day >= {month}
                where c.deleted_at is null and (c.daily_cap_bytes is not null or c.monthly_cap_bytes is not null
                    or c.cap_reached_until is not null)
                group by c.id
            ), due as (
                select p.id, case
                    when p.monthly_cap_bytes <= used.month then {StartOf(month.AddMonths(1))}::timestamptz
                    when p.daily_cap_bytes <= used.day then {StartOf(today.AddDays(1))}::timestamptz
                end as until
                from providers p join used on used.id = p.id
            )
            update providers p set cap_reached_until = due.until from due
            where due.id = p.id and p.cap_reached_until is distinct from due.until
            returning p.name as provider, p.cap_reached_until as until
            """, cancellation))
        {
            if (until is { } end)
                LogReached(provider, end);
            else
                LogCleared(provider);
        }
    }

    private static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private sealed record Changed(string Provider, DateTimeOffset? Until);

    [LoggerMessage(2501, LogLevel.Warning,
        "Provider {Provider} has reached its traffic cap: it takes nothing new until {Until:u}")]
    private partial void LogReached(string provider, DateTimeOffset until);

    [LoggerMessage(2502, LogLevel.Information, "Provider {Provider} takes traffic again: its cap is no longer reached")]
    private partial void LogCleared(string provider);
}
