using AtlanticProxy.Testing;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests;

/// <summary>Brings requests to where they could get in each other's way.</summary>
internal static class Meeting
{
    private const string Waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

    /// <summary>
    /// Begins all <paramref name="requests"/> in a moment when <paramref name="held"/> is done and not yet committed; that is
    /// committed when each of them waits for a lock, or has done without. With a table locked in share mode, requests can read it
    /// and wait when they write.
    /// </summary>
    public static async Task<T[]> MeetAsync<T>(this TestDatabase database, string held, params Func<Task<T>>[] requests)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand(held, connection))
            await hold.ExecuteNonQueryAsync();
        Task<T>[] running = [.. requests.Select(request => request())];
        await Poll.UntilAsync(async () =>
            running.Count(request => request.IsCompleted) + await database.ScalarAsync<long>(Waiting) >= running.Length);
        await transaction.CommitAsync();
        return await Task.WhenAll(running);
    }

    /// <summary>Whether anybody waits for a lock.</summary>
    public static async Task<bool> SomebodyWaitsAsync(this TestDatabase database) =>
        await database.ScalarAsync<long>(Waiting) > 0;
}
