using System.Text.Json;
using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.Jobs;

/// <summary>What the jobs that check something found last, for the health pages of every node.</summary>
public sealed class Findings(AtlanticDb db, TimeProvider time)
{
    internal Task SaveAsync<T>(string check, IReadOnlyList<T> found, CancellationToken cancellation) => db.ExecuteSqlAsync($"""
        insert into findings (check_name, found, found_at) values ({check}, {JsonSerializer.Serialize(found)}::jsonb,
            {time.GetUtcNow()})
        on conflict (check_name) do update set found = excluded.found, found_at = excluded.found_at
        """, cancellation);

    /// <summary>Null before the first time.</summary>
    internal async Task<IReadOnlyList<T>?> LastAsync<T>(string check, CancellationToken cancellation) =>
        await db.ScalarAsync<string?>($"select found::text from findings where check_name = {check}", cancellation) is { } found
            ? JsonSerializer.Deserialize<List<T>>(found)
            : null;
}
