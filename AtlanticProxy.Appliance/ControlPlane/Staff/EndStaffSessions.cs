using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Staff;

/// <summary>Signs one of the staff out everywhere. They sign in again with the same password.</summary>
public sealed class EndStaffSessions(AtlanticDb db, NoteAct note, TimeProvider time)
{
    public sealed record Request(long UserId);

    /// <summary>The value is whose sessions they were, and how many ended.</summary>
    public async Task<Result<(string Email, int Count)>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await db.Users.Where(row => row.Id == request.UserId && row.CustomerId == null).Select(row => row.Email)
            .SingleOrDefaultAsync(cancellation) is not { } email)
            return AccountQueries.NoSuchAccount;
        int count = await db.ScalarAsync<int>($"""
            with gone as (delete from user_sessions s using users u where u.id = s.user_id and u.id = {request.UserId}
                returning s.security_stamp = u.security_stamp and s.expires_at > {time.GetUtcNow()} as was_open)
            select count(*) filter (where was_open)::integer from gone
            """, cancellation);
        await note.ExecuteAsync(new(AuditChange.Removed, AuditQueries.Sessions, email, CustomerId: null,
            new Dictionary<string, string> { ["count"] = count.ToString(CultureInfo.InvariantCulture) }), cancellation);
        await transaction.CommitAsync(cancellation);
        return (email, count);
    }
}
