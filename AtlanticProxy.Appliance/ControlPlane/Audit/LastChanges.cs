using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.Audit;

/// <summary>Who changed a column last.</summary>
/// <param name="Author">Email of one of the staff, or the user of the machine who ran the command.</param>
public sealed record LastChange(string Object, string Column, DateTimeOffset At, AuthorKind AuthorKind, string Author);

/// <summary>Reads who set what there is one of.</summary>
public sealed class LastChanges(AtlanticDb db)
{
    /// <param name="objects">Tables of one row.</param>
    public async Task<IReadOnlyList<LastChange>> OfAsync(IReadOnlyList<string> objects, CancellationToken cancellation)
    {
        string[] tables = [.. objects];
        return await db.QueryAsync<LastChange>($"""
            select distinct on (e.object, field) e.object, field as "column", e.at, e.author_kind,
                coalesce(e.author, '') as author
            from audit_entries e, jsonb_object_keys(coalesce(e.after, e.before)) field
            where e.object = any ({tables})
            order by e.object, field, e.id desc
            """, cancellation);
    }
}
