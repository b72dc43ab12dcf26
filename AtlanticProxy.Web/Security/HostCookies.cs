using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Over HTTPS, the portal's cookies have the prefix <c>__Host-</c>, which makes browsers insist on Secure, this host alone and
/// the whole path (RFC 6265bis): nobody on the network can slip one in over HTTP. The prefix is put on and taken off here, for
/// each request by its own scheme, because the portal may serve both: HTTP until there is a certificate, HTTPS from then on.
/// </summary>
internal static class HostCookies
{
    /// <summary>What the name of every cookie of the portal begins with.</summary>
    private const string Ours = "atlantic-";

    public const string Session = Ours + "session", Antiforgery = Ours + "antiforgery", Notice = Ours + "notice",
        Device = Ours + "device", Theme = Ours + "theme", Language = Ours + "language", Setup = Ours + "setup",
        SignUp = Ours + "sign-up", SecondStep = Ours + "second-step", Passkey = Ours + "passkey";

    private const string Prefix = "__Host-";

    /// <summary>Browsers cap cookies at 400 days.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    /// <summary>Keeps a choice in this browser as long as browsers allow. Not for what proves who somebody is.</summary>
    public static void Keep(HttpResponse response, string name, string value) =>
        response.Cookies.Append(name, value, new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = response.HttpContext.Request.IsHttps, MaxAge = Longest,
            Path = "/", IsEssential = true,
        });

    /// <summary>Before everything that reads or sets a cookie.</summary>
    public static void UseHostCookies(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!context.Request.IsHttps)
            return next(context);
        context.Request.Headers.Cookie = Received(context.Request.Headers.Cookie);
        // Callbacks run in reverse order: by then, all cookies are set.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.SetCookie =
                new StringValues(
                    [.. headers.SetCookie.OfType<string>().Select(cookie => IsOurs(cookie) ? Prefix + cookie : cookie)]);
            return Task.CompletedTask;
        });
        return next(context);
    });

    /// <summary>
    /// The request's cookies with the prefix taken off; ours without it came from elsewhere, or over HTTP, and are left out.
    /// </summary>
    internal static string? Received(StringValues cookies)
    {
        var kept = cookies.OfType<string>()
            .SelectMany(line => line.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(cookie => !IsOurs(cookie))
            .Select(cookie => cookie.StartsWith(Prefix, StringComparison.Ordinal) && IsOurs(cookie[Prefix.Length..])
                ? cookie[Prefix.Length..]
                : cookie)
            .ToList();
        return kept.Count > 0 ? string.Join("; ", kept) : null;
    }

    private static bool IsOurs(string cookie) => cookie.StartsWith(Ours, StringComparison.Ordinal);
}
