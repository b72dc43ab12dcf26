using Npgsql;

namespace AtlanticProxy.Host.Postgres;

/// <summary>Whether anybody works with a database: what changes all of it needs it for itself.</summary>
internal static class DatabaseUse
{
    public const string Refusal = "The database is in use: stop the appliance first.";

    /// <summary>
    /// PostgreSQL lists a session until it notices that the session's process has ended. One that commits waits for the disk
    /// first, which takes tens of seconds while a busy machine unpacks a package.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Between two looks.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Null as soon as no other client has a session there; a refusal that names the sessions when some stay. PostgreSQL's own
    /// workers (autovacuum) do not count: they give way.
    /// </summary>
    /// <param name="database">Null: the one that <paramref name="server"/> connects to.</param>
    public static async Task<string?> RefusalAsync(
        NpgsqlDataSource server, string? database, TimeProvider time, CancellationToken cancel)
    {
        long begun = time.GetTimestamp();
        while (await SessionsAsync(server, database, cancel) is { } sessions)
        {
            if (time.GetElapsedTime(begun) >= Patience)
                return $"{Refusal} Sessions: {sessions}.";
            await Task.Delay(Glance, time, cancel);
        }
        return null;
    }

    /// <summary>Each with what it does and for how long, so that whoever is refused can find it; null without any.</summary>
    private static async Task<string?> SessionsAsync(NpgsqlDataSource server, string? database, CancellationToken cancel)
    {
        await using var sessions = server.CreateCommand("""
            select string_agg(format('process %s%s, %s for %s s', pid, ' (' || nullif(application_name, '') || ')',
                    coalesce(state, 'starting'), round(extract(epoch from now() - coalesce(state_change, backend_start)))),
                '; ' order by pid)
            from pg_stat_activity
            where datname = coalesce($1::text, current_database()) and backend_type = 'client backend'
                and pid <> pg_backend_pid()
            """);
        sessions.Parameters.Add(new() { Value = (object?)database ?? DBNull.Value });
        return await sessions.ExecuteScalarAsync(cancel) as string;
    }
}
