using System.Net;
using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>What became of a try to sign in.</summary>
public enum SignInEnding
{
    SignedIn,
    WrongPassword,

    /// <summary>Of the second factor: the password was right.</summary>
    WrongCode,
}

/// <summary>One try to sign in to an account.</summary>
/// <param name="Id">Later ones are larger.</param>
/// <param name="Email">Whose account it is.</param>
/// <param name="Address">Null when it could not be told.</param>
/// <param name="Browser">In words.</param>
public sealed record SignInSummary(
    long Id, string Email, DateTimeOffset TriedAt, IPAddress? Address, string Browser, SignInEnding Result);

/// <summary>Who signed in, and who tried to: a customer sees here what it did not do itself.</summary>
public sealed class SignInLog(AtlanticDb db, TimeProvider time)
{
    /// <summary>As long as a network counts as known.</summary>
    internal static readonly TimeSpan Kept = KnownNetworks.Kept;

    /// <summary>
    /// Failures of one account an hour that are kept: they tell enough, and whoever guesses from many networks does not fill the
    /// table.
    /// </summary>
    private const int MaxFailuresAnHour = 20;

    public Task AddAsync(long userId, SessionOrigin origin, SignInEnding result, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return db.ExecuteSqlAsync($"""
            insert into sign_ins (user_id, tried_at, address, browser, result)
            select {userId}, {now}, {origin.Address}::inet, {BrowserName.Of(origin.UserAgent)}, {result}::text
            where {result == SignInEnding.SignedIn} or (select count(*) from sign_ins where user_id = {userId}
                and tried_at > {now - TimeSpan.FromHours(1)} and result <> 'signed_in') < {MaxFailuresAnHour}
            """, cancellation);
    }

    /// <summary>Those of a customer's people, the latest first. None out of scope.</summary>
    /// <param name="before">Only those before this id; null for the latest.</param>
    public async Task<IReadOnlyList<SignInSummary>> ListAsync(
        Scope scope, long customerId, long? before, int count, CancellationToken cancellation)
    {
        if (scope.CustomerId is { } only && only != customerId)
            return [];
        return await db.QueryAsync<SignInSummary>($"""
            select s.id, u.email, s.tried_at, s.address, s.browser, s.result
            from sign_ins s join users u on u.id = s.user_id
            where u.customer_id = {customerId} and s.id < {before ?? long.MaxValue}
            order by s.id desc limit {count}
            """, cancellation);
    }
}
