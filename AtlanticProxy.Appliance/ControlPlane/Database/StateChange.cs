using System.Linq.Expressions;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>The one way that commands set a state: enabled, offered, suspended.</summary>
internal static class StateChange
{
    /// <summary>Sets a column of the one row. The value is whether that changed it.</summary>
    /// <param name="missing">When there is no such row.</param>
    public static async Task<Result<bool>> SetStateAsync<TRow, TState>(
        this IQueryable<TRow> row, Expression<Func<TRow, TState>> column, TState state, Error missing,
        CancellationToken cancellation)
    {
        var differs = Expression.NotEqual(column.Body, Expression.Constant(state, typeof(TState)));
        int changed = await row.Where(Expression.Lambda<Func<TRow, bool>>(differs, column.Parameters)).Set(column, state)
            .UpdateAsync(cancellation);
        if (changed > 0)
            return true;
        return await row.AnyAsync(cancellation) ? false : missing;
    }
}
