using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>
/// Gives one session of a proxy user another exit, or all of them. New connections follow within a second; open tunnels keep
/// theirs.
/// </summary>
public sealed class ChangeProxyUserExits(AtlanticDb db, TimeProvider time)
{
    /// <summary>Of one proxy user at a time: who changes more by name means all of them.</summary>
    public const int MaxChangedSessions = 1000;

    /// <summary>The longest that any grammar allows.</summary>
    public const int MaxSessionLength = 64;

    /// <param name="Session">As the client writes it; null or empty for all sessions.</param>
    public sealed record Request(Scope Scope, long ProxyUserId, string? Session = null);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string session = request.Session?.Trim() ?? "";
        if (session.Length > MaxSessionLength || !session.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.'))
            return new Error(ErrorKind.Invalid, "proxy_user.session_invalid",
                $"A session's name has at most {MaxSessionLength} letters, digits, dots and underscores.",
                nameof(Request.Session));
        if (session.Length == 0)
            return await db.ProxyUsers.VisibleTo(request.Scope).Where(u => u.Id == request.ProxyUserId)
                .Set(u => u.ExitGeneration, u => u.ExitGeneration + 1).UpdateAsync(cancellation) == 1
                    ? Result.Success : ProxyUserQueries.NoSuchProxyUser;

        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Locked: sessions are counted and added by one request at a time.
        if (await db.ProxyUsers.VisibleTo(request.Scope).Where(u => u.Id == request.ProxyUserId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation) is null)
            return ProxyUserQueries.NoSuchProxyUser;
        if (await db.SessionExitChanges.CountAsync(change =>
            change.ProxyUserId == request.ProxyUserId && change.Session != session, cancellation) >= MaxChangedSessions)
            return new Error(ErrorKind.Conflict, "proxy_user.too_many_sessions",
                $"More than {MaxChangedSessions} sessions were changed in two days: change the exits of all sessions instead.",
                nameof(Request.Session));
        await db.ExecuteSqlAsync($"""
            insert into session_exit_changes as present (proxy_user_id, session, generation, changed_at)
            values ({request.ProxyUserId}, {session}, 1, {time.GetUtcNow()})
            on conflict (proxy_user_id, session) do update set generation = present.generation + 1,
                changed_at = excluded.changed_at
            """, cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}
