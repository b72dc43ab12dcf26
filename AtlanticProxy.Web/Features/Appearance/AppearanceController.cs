using AtlanticProxy.Web.Languages;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Appearance;

/// <summary>The theme that a browser asked for; none follows the system.</summary>
internal static class ThemeCookie
{
    public const string Name = HostCookies.Theme;

    /// <summary><c>light</c> or <c>dark</c>; null follows the system.</summary>
    public static string? Chosen(HttpRequest request) => request.Cookies[Name] is "light" or "dark"
        ? request.Cookies[Name]
        : null;
}

[AllowAnonymous]
internal sealed class AppearanceController : PortalController
{
    [HttpPost("/appearance")]
    public IActionResult ChooseTheme(string? theme, string? returnUrl)
    {
        if (theme is "light" or "dark")
            HostCookies.Keep(Response, ThemeCookie.Name, theme);
        else
            Response.Cookies.Delete(ThemeCookie.Name, new CookieOptions { Secure = Request.IsHttps, Path = "/" });
        return Back(returnUrl);
    }

    [HttpPost("/appearance/language")]
    public IActionResult ChooseLanguage(string? language, string? returnUrl)
    {
        if (Language.Find(language) is { } chosen)
            RequestLanguage.Choose(Response, chosen);
        return Back(returnUrl);
    }

    private LocalRedirectResult Back(string? page) => LocalRedirect(Url.IsLocalUrl(page) ? page : "/");
}
