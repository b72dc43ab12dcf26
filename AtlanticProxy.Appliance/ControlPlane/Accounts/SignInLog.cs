using System.Net;
using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Mapping;

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

/// <summary>The same, as it is kept.</summary>
[Table("sign_ins")]
internal sealed class SignInRow
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public long UserId { get; set; }
    public DateTimeOffset TriedAt { get; set; }
    public IPAddress? Address { get; set; }
    public required string Browser { get; set; }
    public SignInEnding Result { get; set; }
}

/// <summary>Who signed in, and who tried to: a customer sees here what it did not do itself.</summary>
public sealed class SignInLog(AtlanticDb db, TimeProvider time)
{
    /// <summary>
    /// Failures of one account an hour that are kept: they tell enough, and whoever guesses from many networks does not fill the
    /// table.
    /// </summary>
    private const int MaxFailuresAnHour = 20;

    public async Task AddAsync(long userId, SessionOrigin origin, SignInEnding result, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var anHourAgo = now.AddHours(-1);
        if (result != SignInEnding.SignedIn && await db.SignIns.CountAsync(one => one.UserId == userId
                && one.TriedAt > anHourAgo && one.Result != SignInEnding.SignedIn, cancellation) >= MaxFailuresAnHour)
            return;
        await db.InsertAsync(new SignInRow
        {
            UserId = userId, TriedAt = now, Address = origin.Address, Browser = BrowserName.Of(origin.UserAgent),
            Result = result,
        }, token: cancellation);
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
