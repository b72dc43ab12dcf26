using Npgsql;

namespace AtlanticProxy.Host.Postgres;

/// <summary>Whether anybody works with a database: what changes all of it needs it for itself.</summary>
internal static class DatabaseUse
{
    public const string Refusal = "The database is in use: stop the appliance first.";

    /// <summary>
    /// PostgreSQL lists a session until it notices that the session's process has ended, which takes seconds on a busy machine.
    /// PostgreSQL itself waits 5 s before it refuses to rename a database.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Between two looks.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// True as soon as no other client has a session there; false when one stays. PostgreSQL's own workers (autovacuum) do not
    /// count: they give way.
    /// </summary>
    /// <param name="database">Null: the one that <paramref name="server"/> connects to.</param>
    public static async Task<bool> EndsAsync(
        NpgsqlDataSource server, string? database, TimeProvider time, CancellationToken cancel)
    {
        long begun = time.GetTimestamp();
        while (await HasClientsAsync(server, database, cancel))
        {
            if (time.GetElapsedTime(begun) >= Patience)
                return false;
            await Task.Delay(Glance, time, cancel);
        }
        return true;
    }

    private static async Task<bool> HasClientsAsync(NpgsqlDataSource server, string? database, CancellationToken cancel)
    {
        await using var sessions = server.CreateCommand("""
            select exists (select from pg_stat_activity
                where datname = coalesce($1::text, current_database()) and backend_type = 'client backend'
                    and pid <> pg_backend_pid())
            """);
        sessions.Parameters.Add(new() { Value = (object?)database ?? DBNull.Value });
        return await sessions.ExecuteScalarAsync(cancel) is true;
    }
}
