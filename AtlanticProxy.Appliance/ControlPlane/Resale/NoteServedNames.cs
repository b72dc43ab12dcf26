using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.Resale;

/// <summary>
/// Notes at which host names of resellers HTTPS is served: a node knows, and links in mail lead to these names only.
/// </summary>
public sealed class NoteServedNames(AtlanticDb db)
{
    /// <param name="names">All of them, lower case.</param>
    /// <returns>Whether that changed anything.</returns>
    public async Task<bool> ExecuteAsync(IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        string[] served = [.. names];
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        int changed = await db.ExecuteSqlAsync(
            $"delete from served_host_names where host_name <> all ({served})", cancellation);
        changed += await db.ExecuteSqlAsync(
            $"insert into served_host_names (host_name) select unnest({served}) on conflict do nothing", cancellation);
        await transaction.CommitAsync(cancellation);
        return changed > 0;
    }
}
