using System.Globalization;
using System.Net;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Mail;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Notes that somebody has signed in. From a network or with a browser that the account has not been seen with, that person is
/// told by mail; not of the very first time.
/// </summary>
public sealed class NoteSignIn(AtlanticDb db, KnownNetworks networks, SignInLog log, AccountMail mail, TimeProvider time)
{
    /// <param name="Network">What counts as one place.</param>
    /// <param name="IsKnownBrowser">The account has signed in with it before.</param>
    public sealed record Request(long UserId, IPNetwork Network, SessionOrigin Origin, bool IsKnownBrowser);

    public async Task ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Of two at once from the same new place, the second finds it known.
        var user = await db.Users.Where(row => row.Id == request.UserId).LockedForUpdate().SingleAsync(cancellation);
        bool isKnown = request.IsKnownBrowser && await networks.HasAsync(user.Id, request.Network, cancellation);
        await networks.AddAsync(user.Id, request.Network, cancellation);
        await db.ExecuteSqlAsync($"update users set last_signed_in_at = {now} where id = {user.Id}", cancellation);
        await log.AddAsync(user.Id, request.Origin, SignInEnding.SignedIn, cancellation);
        if (user.LastSignedInAt is not null && !isKnown)
            await TellAsync(user, request, now, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task TellAsync(AppUser user, Request request, DateTimeOffset now, CancellationToken cancellation)
    {
        string browser = BrowserName.Of(request.Origin.UserAgent), address = request.Origin.Address?.ToString() ?? "unknown";
        string at = now.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        if (user.CustomerId is { } customer)
            await db.AppendEventAsync(
                EventKinds.NewSignIn, customer, new { user.Email, browser, address, at }, now, cancellation);
        if (!await mail.CanSendAsync(cancellation))
            return;
        // A browser that keeps no cookies is new each time: one mail a day about it.
        string day = now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await mail.WriteAsync(FormattableString.Invariant($"sign-in/{user.Id}/{request.Network}/{browser}/{day}"),
            MailTemplate.NewSignIn, user.Email, user.CustomerId, new Dictionary<string, object?>
            {
                ["browser"] = browser, ["address"] = address, ["at"] = at,
                ["link"] = await mail.LinkAsync("/security", user.CustomerId, cancellation),
            }, cancellation);
    }
}
