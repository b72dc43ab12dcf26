using System.Globalization;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;

namespace AtlanticProxy.Web.Languages;

/// <summary>
/// Which language a request is answered in: the one that was chosen in this browser; else the first of the browser's own that we
/// have; else English. Numbers in markup stay invariant: only what people read goes by the language.
/// </summary>
internal static class RequestLanguage
{
    public static void UseRequestLanguage(this IApplicationBuilder app)
    {
        var options = new RequestLocalizationOptions
        {
            DefaultRequestCulture = new(CultureInfo.InvariantCulture, Language.English.Culture),
            SupportedCultures = [CultureInfo.InvariantCulture],
            SupportedUICultures = [.. Language.All.Select(language => language.Culture)],
            FallBackToParentUICultures = true,
        };
        options.RequestCultureProviders =
        [
            new CustomRequestCultureProvider(context => Task.FromResult(
                Chosen(context.Request) is { } chosen ? new ProviderCultureResult("", chosen.Code) : null)),
            new AcceptLanguageHeaderRequestCultureProvider(),
        ];
        app.UseRequestLocalization(options);
    }

    /// <summary>Null: nothing was chosen in this browser.</summary>
    public static Language? Chosen(HttpRequest request) => Language.Find(request.Cookies[HostCookies.Language]);

    public static void Choose(HttpResponse response, Language language) =>
        HostCookies.Keep(response, HostCookies.Language, language.Code);
}
