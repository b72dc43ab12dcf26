using System.Text;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Web.Features.Shadowsocks;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Endpoints;

/// <summary>
/// What a customer pastes into a tool: a proxy user with a place and sessions, in the format that the tool reads. The choice is
/// the address of the page; the proxy password is shown only to who asks for it.
/// </summary>
[Authorize(Policies.Connectors), Route(EndpointsPage.Path)]
internal sealed class EndpointsController(
    EndpointPages pages, RevealProxyUserSecret reveal, RevealShadowsocksKey revealKey, PortalOptions portal)
    : EndpointPageController(pages)
{
    [HttpGet]
    public Task<IActionResult> Show([FromQuery] EndpointChoice choice, CancellationToken cancellation) =>
        OnPageAsync(choice, async page => View("Endpoints", await WithSecretsAsync(page, cancellation)), cancellation);

    /// <summary>Where the generator was before.</summary>
    [HttpGet("/credentials/{id:long}/endpoints")]
    public IActionResult Moved(long id, [FromQuery] EndpointChoice choice)
    {
        choice.User = id;
        return LocalRedirect($"{EndpointsPage.Path}{choice.Query()}");
    }

    /// <summary>Of an address that is opened again after one of the buttons.</summary>
    [HttpGet("reveal"), HttpGet("test"), HttpGet("download"), HttpGet("change-ip"), HttpGet("shadowsocks")]
    public IActionResult Back() => LocalRedirect($"{EndpointsPage.Path}{Request.QueryString}");

    [HttpPost("reveal"), StepUp]
    public Task<IActionResult> Reveal([FromQuery] EndpointChoice choice, CancellationToken cancellation) =>
        OnPageAsync(choice, page =>
        {
            RevealNext(page.User.Id);
            return Task.FromResult<IActionResult>(LocalRedirect($"{page.To()}#lines-title"));
        }, cancellation);

    /// <summary>The endpoints with their password, as a file: lines in the chosen format, or all fields as CSV or JSON.</summary>
    /// <param name="type"><c>txt</c>, <c>csv</c> or <c>json</c>.</param>
    [HttpPost("download"), StepUp]
    public Task<IActionResult> Download(
        [FromQuery] EndpointChoice choice, [FromForm] string? type, CancellationToken cancellation) =>
        OnPageAsync(choice, async page =>
        {
            if (page.IsShadowsocks)
                return NotFound();
            var secret = await reveal.ExecuteAsync(new RevealProxyUserSecret.Request(User.Scope, page.User.Id), cancellation);
            if (!secret.IsSuccess)
                return Answer(secret, Ok);
            var (format, media) = type switch
            {
                EndpointFormat.Csv => (EndpointFormat.Find(EndpointFormat.Csv), "text/csv"),
                EndpointFormat.Json => (EndpointFormat.Find(EndpointFormat.Json), "application/json"),
                _ => (page.Format.Pattern is null ? EndpointFormat.Find(EndpointFormat.Colons) : page.Format, "text/plain"),
            };
            string text = format.Write((page with { Password = secret.Value.Secret }).Endpoints, page.Choice.Pattern!);
            string extension = type is EndpointFormat.Csv or EndpointFormat.Json ? type : "txt";
            PageCompression.Prevent(HttpContext);
            return File(Encoding.UTF8.GetBytes(text + "\n"), $"{media}; charset=utf-8", $"{page.User.Name}.{extension}");
        }, cancellation);

    [HttpPost("change-ip")]
    public Task<IActionResult> ChangeIp(
        [FromQuery] EndpointChoice choice, [FromServices] ChangeProxyUserExits change, CancellationToken cancellation) =>
        OnPageAsync(choice, async page => Answer(
            await change.ExecuteAsync(new ChangeProxyUserExits.Request(User.Scope, page.User.Id), cancellation),
            () =>
            {
                Notify(ChangedIp.Words(session: null));
                return LocalRedirect(page.To());
            }), cancellation);

    /// <summary>Adds a Shadowsocks key with the chosen exit, and shows it this once.</summary>
    [HttpPost("shadowsocks"), StepUp]
    public Task<IActionResult> AddKey(
        [FromQuery] EndpointChoice choice, [FromServices] AddShadowsocksKey add, CancellationToken cancellation) =>
        OnPageAsync(choice, async page =>
        {
            if (!page.IsShadowsocks)
                return NotFound();
            // The last of the enumeration is the one that suits every device: see the page of keys.
            string method = Enum.GetValues<ShadowsocksMethod>()[^1].Name();
            var added = await add.ExecuteAsync(
                new AddShadowsocksKey.Request(User.Scope, page.User.Id, method, page.Targeting), cancellation);
            return await AnswerAsync(added, key =>
            {
                Notify("The key is added, and works within a second. Its link is shown this once.");
                RevealNext(key.KeyId);
                return LocalRedirect(page.To());
            }, () => Task.FromResult<IActionResult>(View("Endpoints", page)));
        }, cancellation);

    protected override string FieldOf(string field) => ""; // said at the top of the page

    private async Task<EndpointsPage> WithSecretsAsync(EndpointsPage page, CancellationToken cancellation)
    {
        if (Revealed is not { } id)
            return page;
        if (page.IsShadowsocks)
        {
            var key = await revealKey.ExecuteAsync(new RevealShadowsocksKey.Request(User.Scope, page.User.Id, id), cancellation);
            return key.IsSuccess
                ? page with { Key = new NewShadowsocksKey(key.Value, page.Protocol.Host, portal.ShadowsocksPort) }
                : page;
        }
        if (id != page.User.Id)
            return page;
        var secret = await reveal.ExecuteAsync(new RevealProxyUserSecret.Request(User.Scope, id), cancellation);
        return secret.IsSuccess ? page with { Password = secret.Value.Secret } : page;
    }
}
