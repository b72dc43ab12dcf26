using System.Net;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Where a session was begun.</summary>
/// <param name="Address">Of the client; null when it cannot be told.</param>
/// <param name="UserAgent">As the browser names itself; may be empty.</param>
public sealed record SessionOrigin(IPAddress? Address, string UserAgent);

/// <summary>A session that is going on, for whoever's it is.</summary>
/// <param name="SeenAt">When it was used last, to the minute.</param>
/// <param name="IsThis">The one that asks.</param>
public sealed record SessionSummary(
    long Id, IPAddress? Address, string Browser, DateTimeOffset BegunAt, DateTimeOffset SeenAt, bool IsThis);

/// <summary>
/// Sessions of the portal, kept here and not in the browser, so that one that has ended is worth nothing. The browser has a key;
/// the database has its SHA-256.
/// </summary>
public sealed class UserSessions(AtlanticDb db, TimeProvider time)
{
    private const int MaxUserAgent = 200;

    /// <summary>256 bits: nobody guesses one.</summary>
    private const int KeyBytes = 32;

    /// <summary>Begins a session and answers its key.</summary>
    /// <param name="securityStamp">The user's, as it was when the password was checked: another ends the session.</param>
    /// <param name="ticket">What the web keeps in it.</param>
    /// <param name="isConfirmed">Whether they have just shown who they are, or only followed a link.</param>
    public async Task<string> BeginAsync(
        long userId, string securityStamp, byte[] ticket, DateTimeOffset expiresAt, SessionOrigin origin,
        CancellationToken cancellation, bool isConfirmed = true)
    {
        string key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));
        var now = time.GetUtcNow();
        string agent = origin.UserAgent.Length <= MaxUserAgent ? origin.UserAgent : origin.UserAgent[..MaxUserAgent];
        await db.ExecuteSqlAsync($"""
            insert into user_sessions
                (key_hash, user_id, security_stamp, ticket, address, user_agent, created_at, confirmed_at, renewed_at, expires_at)
            values ({HashOf(key)}, {userId}, {securityStamp}, {ticket}, {origin.Address}, {agent}, {now},
                {(isConfirmed ? now : DateTimeOffset.UnixEpoch)}, {now},
                {expiresAt})
            """, cancellation);
        return key;
    }

    /// <summary>What the web keeps in a session; null when it has ended, or the user's password or role has changed.</summary>
    public Task<byte[]?> FindAsync(string key, CancellationToken cancellation) => db.ScalarAsync<byte[]?>($"""
        select s.ticket from user_sessions s join users u on u.id = s.user_id
        where s.key_hash = {HashOf(key)} and s.expires_at > {time.GetUtcNow()} and s.security_stamp = u.security_stamp
        """, cancellation);

    /// <summary>Prolongs a session of the same user; of another's it changes nothing.</summary>
    public Task RenewAsync(
        string key, long userId, string securityStamp, byte[] ticket, DateTimeOffset expiresAt,
        CancellationToken cancellation) =>
        db.ExecuteSqlAsync($"""
            update user_sessions set security_stamp = {securityStamp}, ticket = {ticket}, renewed_at = {time.GetUtcNow()},
                expires_at = {expiresAt}
            where key_hash = {HashOf(key)} and user_id = {userId}
            """, cancellation);

    /// <summary>
    /// Whether whoever uses a session showed who they are within <paramref name="span"/>, by signing in or again.
    /// </summary>
    public Task<bool> IsConfirmedAsync(string key, TimeSpan span, CancellationToken cancellation) => db.ScalarAsync<bool>($"""
        select exists (select from user_sessions where key_hash = {HashOf(key)} and confirmed_at > {time.GetUtcNow() - span})
        """, cancellation);

    /// <summary>Notes that whoever uses a session has just shown again who they are.</summary>
    public Task ConfirmAsync(string key, CancellationToken cancellation) => db.ExecuteSqlAsync(
        $"update user_sessions set confirmed_at = {time.GetUtcNow()} where key_hash = {HashOf(key)}", cancellation);

    public Task EndAsync(string key, CancellationToken cancellation) =>
        db.ExecuteSqlAsync($"delete from user_sessions where key_hash = {HashOf(key)}", cancellation);

    /// <summary>Those of one user, the last used first.</summary>
    /// <param name="key">Of the session that asks.</param>
    public async Task<IReadOnlyList<SessionSummary>> ListAsync(long userId, string key, CancellationToken cancellation)
    {
        var rows = await db.QueryAsync<Row>($"""
            select s.id, s.address, s.user_agent, s.created_at, s.renewed_at, s.key_hash = {HashOf(key)} as is_this
            from user_sessions s join users u on u.id = s.user_id
            where s.user_id = {userId} and s.expires_at > {time.GetUtcNow()} and s.security_stamp = u.security_stamp
            order by is_this desc, s.renewed_at desc, s.id desc
            """, cancellation);
        return rows.ConvertAll(row => new SessionSummary(
            row.Id, row.Address, BrowserName.Of(row.UserAgent), row.CreatedAt, row.RenewedAt, row.IsThis));
    }

    /// <summary>Ends one of the user's own sessions; of another's it ends nothing. Answers whether it did.</summary>
    public async Task<bool> EndAsync(long userId, long sessionId, CancellationToken cancellation) =>
        await db.ExecuteSqlAsync($"delete from user_sessions where user_id = {userId} and id = {sessionId}", cancellation) > 0;

    /// <summary>Ends all of the user's sessions but the one that asks. Answers how many.</summary>
    public Task<int> EndOthersAsync(long userId, string key, CancellationToken cancellation) => db.ExecuteSqlAsync(
        $"delete from user_sessions where user_id = {userId} and key_hash <> {HashOf(key)}", cancellation);

    private sealed record Row(
        long Id, IPAddress? Address, string UserAgent, DateTimeOffset CreatedAt, DateTimeOffset RenewedAt, bool IsThis);

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.ASCII.GetBytes(key));
}
