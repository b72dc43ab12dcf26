using System.Globalization;
using System.Security.Claims;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>
/// As whom a request about lists, configuration or usage acts: the proxy user that <c>X-Subuser</c> names, else the first.
/// </summary>
internal static class WebshareActor
{
    private static readonly string[] Headers = ["X-Subuser", "X-Webshare-Federated-Access"];

    private static readonly Error None = new(ErrorKind.NotFound, "proxy_user.none",
        "There is no proxy user yet: create a sub-user first.");

    /// <summary>Its id where the request names one; null: it names none. 0 for what is no id.</summary>
    public static long? NamedBy(HttpRequest request) =>
        Headers.Select(name => request.Headers[name].ToString()).FirstOrDefault(value => value.Length > 0) is not { } named ? null
        : long.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id
        : 0;

    public static async Task<Result<ProxyUserSummary>> FindAsync(
        HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, CancellationToken cancellation) =>
        NamedBy(request) is { } id ? await proxyUsers.FindAsync(user, id, cancellation)
        : await proxyUsers.FirstAsync(user, cancellation) is { } first ? first
        : None;
}
