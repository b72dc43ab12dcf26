using LinqToDB;
using LinqToDB.DataProvider.PostgreSQL;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>What PostgreSQL has beyond LINQ.</summary>
internal static class Queries
{
    /// <summary>
    /// Locks the rows until the transaction ends, for commands that write by what they read: whoever else wants to change or lock
    /// one waits, and then reads it as it was left.
    /// </summary>
    /// <remarks>Not FOR UPDATE: rows that refer to one must still come in, for quotas write such while they hold what its own
    /// triggers wait for.</remarks>
    public static IQueryable<T> LockedForUpdate<T>(this IQueryable<T> rows) where T : notnull =>
        rows.AsPostgreSQL().ForNoKeyUpdateHint();

    /// <summary>Matches a pattern of LIKE in any case; its escape is the backslash.</summary>
    [Sql.Expression("{0} ilike {1}", ServerSideOnly = true, IsPredicate = true)]
    public static bool ILike(this string text, string pattern) =>
        throw new NotSupportedException($"{nameof(ILike)} is for queries ('{text}', '{pattern}').");

    /// <summary>When the hour begins that an instant is in, UTC.</summary>
    [Sql.Expression("date_trunc('hour', {0}, 'UTC')", ServerSideOnly = true)]
    public static DateTimeOffset HourOf(this DateTimeOffset instant) => throw ForQueries(instant);

    /// <summary>When the day begins that an instant is in, UTC.</summary>
    [Sql.Expression("date_trunc('day', {0}, 'UTC')", ServerSideOnly = true)]
    public static DateTimeOffset DayOf(this DateTimeOffset instant) => throw ForQueries(instant);

    /// <summary>When the month begins that an instant is in, UTC.</summary>
    [Sql.Expression("date_trunc('month', {0}, 'UTC')", ServerSideOnly = true)]
    public static DateTimeOffset MonthOf(this DateTimeOffset instant) => throw ForQueries(instant);

    private static NotSupportedException ForQueries(object value) => new($"This is for queries ('{value}').");
}
