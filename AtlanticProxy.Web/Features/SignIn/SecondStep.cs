using System.Globalization;
using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.Web.Features.SignIn;

/// <summary>
/// What a browser has that gave the right password and still owes a code: a sealed cookie, for a few minutes. It opens nothing
/// but the page that asks for the code, and is worth nothing once the password has changed.
/// </summary>
internal sealed class SecondStep(IDataProtectionProvider protection, UserManager<AppUser> users, TimeProvider time)
{
    /// <summary>Enough to find the phone.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly IDataProtector _protector = protection.CreateProtector("AtlanticProxy.SecondStep");

    private readonly CookieBuilder _cookie = CookieOf();

    public void Give(HttpContext context, AppUser user) => context.Response.Cookies.Append(_cookie.Name!,
        _protector.Protect(string.Create(CultureInfo.InvariantCulture,
            $"{(time.GetUtcNow() + Lifetime).ToUnixTimeSeconds()}/{user.Id}/{user.SecurityStamp}")), _cookie.Build(context));

    /// <summary>Who owes a code; null: nobody does here.</summary>
    public async Task<AppUser?> FindAsync(HttpContext context)
    {
        if (context.Request.Cookies[_cookie.Name!] is not { } value)
            return null;
        try
        {
            return _protector.Unprotect(value).Split('/', 3) is [var until, var id, var stamp]
                && long.Parse(until, CultureInfo.InvariantCulture) > time.GetUtcNow().ToUnixTimeSeconds()
                && await users.FindByIdAsync(id) is { TwoFactorEnabled: true } user && user.SecurityStamp == stamp ? user : null;
        }
        catch (CryptographicException)
        {
            return null; // foreign, or of keys that are gone
        }
    }

    public void TakeBack(HttpContext context) => context.Response.Cookies.Delete(_cookie.Name!, _cookie.Build(context));

    private static CookieBuilder CookieOf()
    {
        var cookie = new CookieBuilder();
        AtlanticWeb.ConfigureCookie(cookie, HostCookies.SecondStep);
        return cookie;
    }
}
