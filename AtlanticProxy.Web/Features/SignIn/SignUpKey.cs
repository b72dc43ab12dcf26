using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Features.SignIn;

/// <summary>
/// What the browser has that asked for an account, until the code is typed: a code counts there alone. Kept from scripts, and
/// worth nothing without the code.
/// </summary>
internal sealed class SignUpKey
{
    private readonly CookieBuilder _cookie = CookieOf();

    /// <summary>Empty where there is none.</summary>
    public string Of(HttpContext context) => context.Request.Cookies[_cookie.Name!] ?? "";

    /// <param name="page">What <see cref="RequestSignUp"/> answered.</param>
    public void Give(HttpContext context, string page) =>
        context.Response.Cookies.Append(_cookie.Name!, page, _cookie.Build(context));

    public void TakeBack(HttpContext context) => context.Response.Cookies.Delete(_cookie.Name!, _cookie.Build(context));

    private static CookieBuilder CookieOf()
    {
        var cookie = new CookieBuilder { MaxAge = RequestSignUp.Lifetime };
        AtlanticWeb.ConfigureCookie(cookie, HostCookies.SignUp);
        return cookie;
    }
}
