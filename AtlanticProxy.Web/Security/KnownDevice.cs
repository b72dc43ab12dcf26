using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// A cookie that says which user signed in from this browser before (OWASP's device cookies): such a browser is served while
/// strangers guess at the same password.
/// </summary>
internal sealed class KnownDevice(IDataProtectionProvider protection)
{
    /// <summary>The longest that browsers keep a cookie (RFC 6265bis, section 5.5).</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    private const int IdBytes = 16;

    private readonly IDataProtector _protector = protection.CreateProtector("AtlanticProxy.KnownDevice");

    private readonly CookieBuilder _cookie = CookieOf();

    /// <summary>The id of the device that <paramref name="userId"/> signed in with; null when that was never here.</summary>
    public string? IdOf(HttpContext context, long userId)
    {
        if (context.Request.Cookies[_cookie.Name!] is not { } value)
            return null;
        try
        {
            return _protector.Unprotect(value).Split('/') is [var user, var id] && user == Text(userId) ? id : null;
        }
        catch (CryptographicException)
        {
            return null; // foreign, or of keys that are gone
        }
    }

    /// <summary>Has the browser remember that <paramref name="userId"/> signed in with it.</summary>
    public void Remember(HttpContext context, long userId)
    {
        string id = IdOf(context, userId) ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        context.Response.Cookies.Append(_cookie.Name!, _protector.Protect($"{Text(userId)}/{id}"), _cookie.Build(context));
    }

    private static string Text(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static CookieBuilder CookieOf()
    {
        var cookie = new CookieBuilder { MaxAge = Kept };
        AtlanticWeb.ConfigureCookie(cookie, HostCookies.Device);
        return cookie;
    }
}
