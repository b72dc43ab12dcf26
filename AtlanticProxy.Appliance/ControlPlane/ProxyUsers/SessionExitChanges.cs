using Npgsql;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Forgets changes of sessions' exits that no session can remember.</summary>
public sealed class SessionExitChanges(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>A session lasts a day at most, so after two its name stands for another exit in any case.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(2);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Runs until cancelled; a fault of the database ends it, and it can be started again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
            await ForgetAsync(cancellation);
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    internal async Task ForgetAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("delete from session_exit_changes where changed_at < $1");
        command.Parameters.Add(new() { Value = time.GetUtcNow() - Kept });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
