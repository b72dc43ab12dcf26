using Npgsql;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>Tells a database that does not answer, and will again, from one that refuses what it was asked.</summary>
public static class DatabaseOutage
{
    /// <summary>
    /// Whether <paramref name="fault"/> comes of the database being away: unreachable, starting, stopping, or out of connections.
    /// </summary>
    public static bool Caused(Exception fault)
    {
        for (Exception? cause = fault; cause is not null; cause = cause.InnerException)
            if (cause is NpgsqlException refused)
                return refused is not PostgresException answered || IsAway(answered.SqlState);
        return false;
    }

    /// <summary>
    /// Asks the database for something that must not wait for it. A server that hangs counts as away: Npgsql heeds no
    /// cancellation while it connects to one, which takes until its own time-out.
    /// </summary>
    /// <exception cref="NpgsqlException">It did not answer within <paramref name="patience"/>.</exception>
    public static async Task<T> AskAsync<T>(
        TimeSpan patience, TimeProvider time, Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var patient = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patient.Token, cancellation);
        var asked = work(either.Token);
        try
        {
            return await asked.WaitAsync(patience, time, cancellation);
        }
        catch (Exception late) when (!cancellation.IsCancellationRequested
            && (late is TimeoutException || patient.IsCancellationRequested && late is OperationCanceledException))
        {
            await patient.CancelAsync();
            _ = asked.ContinueWith(static left => left.Exception, CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default); // how it ends is nobody's any more
            throw new NpgsqlException($"The database did not answer within {patience.TotalSeconds:0.#} s.", late);
        }
    }

    private static bool IsAway(string state) => state
        is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow 
            or PostgresErrorCodes.TooManyConnections;
}
