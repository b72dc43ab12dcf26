using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Who the link of <see cref="CreateSignInLink"/> is for: it is good once.</summary>
public sealed class UseSignInLink(AtlanticDb db, TimeProvider time)
{
    /// <summary>One answer to every failure: it must not tell what a guess came near to.</summary>
    private static readonly Error Over = new(ErrorKind.NotFound, "account.sign_in_link_over",
        "This link has expired or was already used. Go back to where you came from, and open it again.");

    /// <summary>Whose link it is, if it is good now; null: it is not. The link stays good.</summary>
    public async Task<AppUser?> FindAsync(string token, CancellationToken cancellation)
    {
        long? id = await db.ScalarAsync<long?>($"""
            select u.id from sign_in_links l join users u on u.id = l.user_id and u.security_stamp = l.security_stamp
            where l.token_hash = {MailedToken.HashOf(token)} and l.expires_at > {time.GetUtcNow()}
            """, cancellation);
        return id is null ? null : await db.Users.SingleOrDefaultAsync(user => user.Id == id, cancellation);
    }

    /// <summary>The value is who may be signed in now, after their second factor if they have one.</summary>
    public async Task<Result<AppUser>> ExecuteAsync(string token, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await FindAsync(token, cancellation) is not { } user
            // Of two uses at once, the second waits here and deletes nothing.
            || await db.ExecuteSqlAsync($"delete from sign_in_links where token_hash = {MailedToken.HashOf(token)}",
                cancellation) == 0)
            return Over;
        await transaction.CommitAsync(cancellation);
        return user;
    }
}
