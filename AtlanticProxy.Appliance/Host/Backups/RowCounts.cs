using Npgsql;

namespace AtlanticProxy.Host.Backups;

/// <summary>How many rows each table has: what a restored database is compared by.</summary>
internal static class RowCounts
{
    /// <summary>Of the appliance's tables, a partitioned one as one. Hangfire's are not of value.</summary>
    /// <param name="connection">In a transaction, where the counts are to be of one moment.</param>
    public static async Task<Dictionary<string, long>> ReadAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand("""
            select relname from pg_class
            where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by relname
            """, connection))
        await using (var rows = await list.ExecuteReaderAsync(cancel))
            while (await rows.ReadAsync(cancel))
                tables.Add(rows.GetString(0));
        var counts = new Dictionary<string, long>();
        foreach (string table in tables)
        {
            // Names are the schema's own; identifiers cannot be parameters.
            await using var count = new NpgsqlCommand($"select count(*) from \"{table}\"", connection) { CommandTimeout = 0 };
            counts[table] = (long)(await count.ExecuteScalarAsync(cancel))!;
        }
        return counts;
    }
}
