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

    private static bool IsAway(string state) => state
        is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow 
            or PostgresErrorCodes.TooManyConnections;
}
