using AtlanticProxy.ControlPlane.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.Web.Security;

/// <summary>What is asked for: a code where the account has an authenticator app, else the password.</summary>
/// <param name="Wait">How long to wait before the next try; null: it was checked.</param>
internal readonly record struct StepUpVerdict(bool IsRight, TimeSpan? Wait = null);

/// <summary>Whether whoever uses a session has shown lately who they are, and their showing it again.</summary>
internal sealed class StepUpCheck(
    UserSessions sessions, UserManager<AppUser> users, SecondFactor factor, PasswordCheck passwords, CodeCheck codes)
{
    /// <summary>Long enough for one task; as GitHub's and Stripe's, it begins with signing in.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromMinutes(10);

    public Task<bool> IsConfirmedAsync(HttpContext context, CancellationToken cancellation) =>
        sessions.IsConfirmedAsync(SessionStore.KeyOf(context), Span, cancellation);

    /// <summary>Whether a code is asked for, rather than the password.</summary>
    public async Task<bool> AsksForCodeAsync(HttpContext context) =>
        await users.GetUserAsync(context.User) is { TwoFactorEnabled: true };

    /// <summary>Checks what was typed; what is right counts for <see cref="Span"/>.</summary>
    public async Task<StepUpVerdict> CheckAsync(HttpContext context, string typed, CancellationToken cancellation)
    {
        var user = (await users.GetUserAsync(context.User))!; // without the account, there is no session
        var verdict = user.TwoFactorEnabled
            ? await CheckCodeAsync(context, user, typed, cancellation)
            : await CheckPasswordAsync(context, user, typed, cancellation);
        if (verdict.IsRight)
            await sessions.ConfirmAsync(SessionStore.KeyOf(context), cancellation);
        return verdict;
    }

    private async Task<StepUpVerdict> CheckPasswordAsync(
        HttpContext context, AppUser user, string typed, CancellationToken cancellation)
    {
        var verdict = await passwords.CheckAsync(context, user.Email, typed, cancellation);
        return new(verdict.User is not null, verdict.Wait);
    }

    private async Task<StepUpVerdict> CheckCodeAsync(
        HttpContext context, AppUser user, string typed, CancellationToken cancellation)
    {
        var (wait, result) = await codes.TryAsync(context, user.Id, () => factor.ProveAsync(user, typed, cancellation));
        return new(result is { IsSuccess: true }, wait);
    }
}
