using Microsoft.Extensions.Logging;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>
/// Marks providers whose traffic of the day or month (UTC) has reached its cap, and clears the mark when the next begins or the cap is raised. The engine
/// hears of it as of any change. Several nodes may run it at once: what is marked already is not written again.
/// </summary>
public sealed partial class ProviderCaps(NpgsqlDataSource database, TimeProvider time, ILogger<ProviderCaps> log)
{
    /// <summary>As often as usage comes: what passes in between is over the cap.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // $1: today's beginning, $2: this month's, $3: tomorrow's, $4: next month's.
    private const string Mark = $"""
        with used as ({TrafficByProvider}),
        due as (
            select p.id, case
                when p.monthly_cap_bytes <= used.month then $4
                when p.daily_cap_bytes <= used.day then $3
            end as until
            from providers p join used on used.provider_id = p.id
        )
        update providers p set cap_reached_until = due.until
        from due where due.id = p.id and p.cap_reached_until is distinct from due.until
        returning p.name, p.cap_reached_until
        """;

    /// <summary>Bytes of the day and month by provider, of those that have a cap or are marked: the one place that knows how usage is kept.</summary>
    private const string TrafficByProvider = """
        select c.id as provider_id,
               coalesce(sum(u.bytes_up + u.bytes_down) filter (where u.day >= $1), 0) as day,
               coalesce(sum(u.bytes_up + u.bytes_down), 0) as month
        from providers c left join usage_daily u on u.provider_id = c.id and u.day >= $2
        where c.deleted_at is null and (c.daily_cap_bytes is not null or c.monthly_cap_bytes is not null or c.cap_reached_until is not null)
        group by c.id
        """;

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
        var today = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        var month = today.AddDays(1 - today.Day);
        await using var command = database.CreateCommand(Mark);
        foreach (var instant in new[] { today, month, today.AddDays(1), month.AddMonths(1) })
            command.Parameters.Add(new() { Value = instant });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            if (row.IsDBNull(1))
                LogCleared(row.GetString(0));
            else
                LogReached(row.GetString(0), row.GetFieldValue<DateTimeOffset>(1));
        }
    }

    [LoggerMessage(2501, LogLevel.Warning, "Provider {Provider} has reached its traffic cap: it takes nothing new until {Until:u}")]
    private partial void LogReached(string provider, DateTimeOffset until);

    [LoggerMessage(2502, LogLevel.Information, "Provider {Provider} takes traffic again: its cap is no longer reached")]
    private partial void LogCleared(string provider);
}
