using System.Globalization;
using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Accounts;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// The two ceremonies of WebAuthn (level 3, section 7): a browser makes a passkey, or shows that it has one. Between the two
/// requests of each, the challenge is with the browser in a sealed cookie, for a few minutes and for this ceremony only.
/// </summary>
internal sealed class PasskeyCeremony(
    IPasskeyHandler<AppUser> handler, IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>Identity's default for how long a browser waits for the person.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private const string Registration = "registration", Assertion = "assertion";

    private readonly IDataProtector _protector = protection.CreateProtector("AtlanticProxy.Passkey");

    private readonly CookieBuilder _cookie = CookieOf();

    /// <summary>A passkey stands for both factors, and is found without an email address.</summary>
    public static void Configure(IdentityPasskeyOptions passkeys)
    {
        passkeys.UserVerificationRequirement = passkeys.ResidentKeyRequirement = "required";
        passkeys.AuthenticatorTimeout = Lifetime;
    }

    /// <summary>What a browser makes a passkey from: PublicKeyCredentialCreationOptions in its JSON form.</summary>
    public async Task<string> BeginRegistrationAsync(HttpContext context, AppUser user)
    {
        var options = await handler.MakeCreationOptionsAsync(new PasskeyUserEntity
        {
            Id = user.Id.ToString(CultureInfo.InvariantCulture), Name = user.Email, DisplayName = user.Email,
        }, context);
        Keep(context, Registration, options.AttestationState!);
        return options.CreationOptionsJson;
    }

    /// <summary>The passkey that a browser has made for this user; null: it has not, or not in time.</summary>
    /// <param name="credential">The browser's answer in its JSON form.</param>
    public async Task<UserPasskeyInfo?> FinishRegistrationAsync(HttpContext context, long userId, string? credential)
    {
        if (string.IsNullOrEmpty(credential) || Take(context, Registration) is not { } state)
            return null;
        var made = await handler.PerformAttestationAsync(
            new() { HttpContext = context, CredentialJson = credential, AttestationState = state });
        return made.Succeeded && made.UserEntity.Id == userId.ToString(CultureInfo.InvariantCulture) ? made.Passkey : null;
    }

    /// <summary>What a browser looks for a passkey by: PublicKeyCredentialRequestOptions in its JSON form.</summary>
    public async Task<string> BeginAssertionAsync(HttpContext context)
    {
        var options = await handler.MakeRequestOptionsAsync(user: null, context);
        Keep(context, Assertion, options.AssertionState!);
        return options.RequestOptionsJson;
    }

    /// <summary>Whose passkey a browser has shown, and the passkey with its new count; null: none that is known here.</summary>
    /// <param name="credential">The browser's answer in its JSON form.</param>
    public async Task<(AppUser User, UserPasskeyInfo Passkey)?> FinishAssertionAsync(HttpContext context, string? credential)
    {
        if (string.IsNullOrEmpty(credential) || Take(context, Assertion) is not { } state)
            return null;
        var shown = await handler.PerformAssertionAsync(
            new() { HttpContext = context, CredentialJson = credential, AssertionState = state });
        return shown.Succeeded ? (shown.User, shown.Passkey) : null;
    }

    private void Keep(HttpContext context, string ceremony, string state) => context.Response.Cookies.Append(
        _cookie.Name!, _protector.Protect(string.Create(CultureInfo.InvariantCulture,
            $"{(time.GetUtcNow() + Lifetime).ToUnixTimeSeconds()}/{ceremony}/{state}")), _cookie.Build(context));

    // Each challenge is for one answer.
    private string? Take(HttpContext context, string ceremony)
    {
        if (context.Request.Cookies[_cookie.Name!] is not { } value)
            return null;
        context.Response.Cookies.Delete(_cookie.Name!, _cookie.Build(context));
        try
        {
            return _protector.Unprotect(value).Split('/', 3) is [var until, var kind, var state] && kind == ceremony
                && long.Parse(until, CultureInfo.InvariantCulture) > time.GetUtcNow().ToUnixTimeSeconds() ? state : null;
        }
        catch (CryptographicException)
        {
            return null; // foreign, or of keys that are gone
        }
    }

    private static CookieBuilder CookieOf()
    {
        var cookie = new CookieBuilder();
        AtlanticWeb.ConfigureCookie(cookie, HostCookies.Passkey);
        return cookie;
    }
}
