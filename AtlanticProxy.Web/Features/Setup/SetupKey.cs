using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Features.Setup;

/// <summary>
/// What a browser has that a setup token was given in: a sealed cookie, for the pages of setup alone. It is worth nothing once
/// setup is finished, the token has expired, or another one was made.
/// </summary>
internal sealed class SetupKey(IDataProtectionProvider protection, SiteQueries site)
{
    private readonly IDataProtector _protector = protection.CreateProtector("AtlanticProxy.Setup");
    private readonly CookieBuilder _cookie = CookieOf();

    public async Task<bool> IsHeldAsync(HttpContext context, CancellationToken cancellation)
    {
        if (context.Request.Cookies[_cookie.Name!] is not { } value)
            return false;
        try
        {
            return await site.IsRedeemedAsync(_protector.Unprotect(value), cancellation);
        }
        catch (CryptographicException)
        {
            return false; // foreign, or of keys that are gone
        }
    }

    /// <param name="key">What <see cref="RedeemSetupToken"/> answered.</param>
    public void Give(HttpContext context, string key) =>
        context.Response.Cookies.Append(_cookie.Name!, _protector.Protect(key), _cookie.Build(context));

    public void TakeBack(HttpContext context) => context.Response.Cookies.Delete(_cookie.Name!, _cookie.Build(context));

    private static CookieBuilder CookieOf()
    {
        var cookie = new CookieBuilder();
        AtlanticWeb.ConfigureCookie(cookie, HostCookies.Setup);
        cookie.SameSite = SameSiteMode.Strict; // nobody is led here from elsewhere
        return cookie;
    }
}
