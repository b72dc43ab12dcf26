using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Sets another password for who has the link of <see cref="RequestPasswordReset"/>. Every session of the account ends, and so do
/// its other links. A second factor stays: the link shows who reads the mail, and no more.
/// </summary>
public sealed class ResetPassword(AtlanticDb db, SetPassword set, TimeProvider time)
{
    /// <summary>One answer to every failure: it must not tell what a guess came near to.</summary>
    private static readonly Error Refusal = new(ErrorKind.NotFound, "account.reset_link_wrong",
        "This link has expired or was used already. Ask for a new one.");

    public sealed record Request(string Token, string Password)
    {
        /// <summary>Without the secrets, so that a stray log line cannot leak them.</summary>
        public override string ToString() => nameof(ResetPassword);
    }

    /// <summary>Whether the link is good now: for the page that it opens.</summary>
    public async Task<bool> IsGoodAsync(string token, CancellationToken cancellation) =>
        await FindAsync(token, cancellation) is not null;

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await FindAsync(request.Token, cancellation) is not { } user
            // Of two uses at once, the second waits here and deletes nothing.
            || await db.ExecuteSqlAsync($"delete from password_resets where token_hash = {MailedToken.HashOf(request.Token)}",
                cancellation) == 0)
            return Refusal;
        var outcome = await set.ExecuteAsync(new SetPassword.Request(user, request.Password), cancellation);
        if (!outcome.IsSuccess)
            return outcome; // rolled back: the link is still good for a better password
        await db.ExecuteSqlAsync($"delete from password_resets where user_id = {user}", cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }

    private Task<long?> FindAsync(string token, CancellationToken cancellation) => db.ScalarAsync<long?>($"""
        select u.id from password_resets r join users u on u.id = r.user_id and u.security_stamp = r.security_stamp
        where r.token_hash = {MailedToken.HashOf(token)} and r.expires_at > {time.GetUtcNow()}
        """, cancellation);
}
