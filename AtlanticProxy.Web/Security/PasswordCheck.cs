using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.Web.Security;

/// <summary>What became of checking a password.</summary>
/// <param name="User">Whose it is; null when it is wrong, or was not checked.</param>
/// <param name="Wait">How long to wait before the next try; null when it was checked.</param>
internal readonly record struct PasswordVerdict(AppUser? User, TimeSpan? Wait = null);

/// <summary>Checks passwords that people type, as slowly as <see cref="SignInThrottle"/> wants it.</summary>
internal sealed class PasswordCheck(
    UserManager<AppUser> users, SignInThrottle throttle, KnownDevice devices, KnownNetworks networks, NoteSignIn note,
    SignInLog log)
{
    /// <summary>
    /// A PBKDF2 hash of no password in Identity's version 3 form, so that an unknown email takes as long as a known one.
    /// </summary>
    private static readonly string NobodysHash = new PasswordHasher<AppUser>().HashPassword(new AppUser(), "\0");

    /// <summary>What a client waits that has too many checks on their way already.</summary>
    private static readonly TimeSpan Crowded = TimeSpan.FromSeconds(5);

    public async Task<PasswordVerdict> CheckAsync(
        HttpContext context, string email, string password, CancellationToken cancellation)
    {
        var user = await users.FindByEmailAsync(email);
        var attempt = new SignInAttempt(
            SignInThrottle.NetworkOf(context.Connection.RemoteIpAddress), email.Trim().ToLowerInvariant(),
            user is null ? null : devices.IdOf(context, user.Id));
        using var turn = await throttle.EnterAsync(attempt, cancellation);
        if (!turn.IsAcquired)
            return new(null, Crowded);
        if (await throttle.WaitAsync(attempt, IsNetworkKnownAsync) is { } wait)
            return new(null, wait);

        if (user is null)
            users.PasswordHasher.VerifyHashedPassword(new AppUser(), NobodysHash, password);
        else if (await users.CheckPasswordAsync(user, password))
            return new(user);
        throttle.CountFailure(attempt);
        if (user is not null)
            LogFailure(context, user.Id, SignInEnding.WrongPassword);
        return default;

        async Task<bool> IsNetworkKnownAsync() =>
            user is not null && await networks.HasAsync(user.Id, attempt.Network, cancellation);
    }

    /// <summary>Logs a try that failed.</summary>
    // Once the answer is sent: it must not take longer for an email that has an account.
    public void LogFailure(HttpContext context, long userId, SignInEnding result)
    {
        var origin = OriginOf(context);
        context.Response.OnCompleted(() => log.AddAsync(userId, origin, result, CancellationToken.None));
    }

    /// <summary>Has browser and network of who has signed in be known from now on; who is new here is told by mail.</summary>
    public async Task RememberAsync(HttpContext context, AppUser user, CancellationToken cancellation)
    {
        var origin = OriginOf(context);
        await note.ExecuteAsync(
            new(user.Id, SignInThrottle.NetworkOf(origin.Address), origin, devices.IdOf(context, user.Id) is not null),
            cancellation);
        devices.Remember(context, user.Id);
    }

    /// <summary>The header <c>Retry-After</c> of an answer.</summary>
    public static string RetryAfter(TimeSpan wait) =>
        Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static SessionOrigin OriginOf(HttpContext context) =>
        new(context.Connection.RemoteIpAddress, context.Request.Headers.UserAgent.ToString());
}
