using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.Web.Features.Endpoints;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.ProxyLists;

/// <summary>
/// Lists for tools, by a link that has all in it: whoever has the link needs no sign-in. Strangers get 404 and nothing more;
/// everything else is said in a sentence, in English, as programs are spoken to.
/// </summary>
[AllowAnonymous, Route(ListLink.Path)]
internal sealed class ListsController(ListGate gate, PortalOptions portal) : PortalController
{
    private const string JsonType = "application/json; charset=utf-8";

    /// <param name="file">The token, a dot, and <c>txt</c>, <c>json</c>, <c>csv</c> or <c>sip008.json</c>.</param>
    [HttpGet("{file}")]
    public async Task<IActionResult> Show(
        string file, [FromServices] ProxyListWriter lists, [FromServices] RevealShadowsocksKey keys,
        [FromServices] QuotaQueries quotas, CancellationToken cancellation)
    {
        Response.Headers.CacheControl = "no-store";
        PageCompression.Prevent(HttpContext);
        var (token, extension) = ListLink.Split(file);
        var (holder, status, words) = await gate.AdmitAsync(HttpContext, token, cancellation);
        if (holder is null)
            return Say(status, words);
        if (extension != ListQuery.Sip008)
            return extension is ListQuery.Text or EndpointFormat.Json or EndpointFormat.Csv
                ? Answer(await lists.WriteAsync(holder, Request, extension, cancellation))
                : Say(StatusCodes.Status404NotFound, "A link of a list ends with .txt, .json, .csv or .sip008.json.");
        if (portal.ShadowsocksPort == 0)
            return Say(StatusCodes.Status403Forbidden, "This service does not speak Shadowsocks.");
        var scope = Scope.Of(holder.CustomerId);
        string endpoint = CredentialsPanel.EndpointOf(portal, Request);
        var document = Sip008.Of(holder, await keys.ListAsync(scope, holder.ProxyUserId, cancellation),
            endpoint[..endpoint.LastIndexOf(':')].Trim('[', ']'), portal.ShadowsocksPort,
            await quotas.ListAsync(scope, holder.CustomerId, cancellation));
        return Content(document.Write(), JsonType);
    }

    private ContentResult Answer(WrittenList list) => list.MediaType is { } media
        ? Content(list.Text, media)
        : Say(list.Status, list.Text);

    private ContentResult Say(int status, string words)
    {
        var answer = Content($"{words}\n", "text/plain; charset=utf-8");
        answer.StatusCode = status;
        return answer;
    }
}
