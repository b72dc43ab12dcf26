using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.ApiTokens;

/// <summary>Tokens for the web API: who sees one, is checked with its id.</summary>
internal abstract class TokensController(TokenQueries tokens, TimeProvider time) : PortalController
{
    private static readonly char[] Separators = [' ', ',', ';', '\r', '\n', '\t'];

    protected abstract TokenPlace Place { get; }

    [HttpGet]
    public async Task<IActionResult> List(CancellationToken cancellation) =>
        View("Tokens", new TokensPage(Place, await tokens.ListAsync(Place.Actor, cancellation), time.GetUtcNow(),
            Place.Actor.CustomerId is { } customer && await tokens.IsRefusedByPlanAsync(customer, cancellation)));

    [HttpGet("new")]
    public IActionResult New() => Form(new TokenForm(null, null, null, null, null));

    [HttpPost("new"), StepUp]
    public async Task<IActionResult> Create(
        TokenForm form, [FromServices] CreateToken create, CancellationToken cancellation)
    {
        if (!ModelState.IsValid)
            return await RetryAsync(FormAsync);
        var expires = form.LastDay is { } day && day < DateOnly.MaxValue ? UtcDay.StartOf(day).AddDays(1) : (DateTimeOffset?)null;
        var made = await create.ExecuteAsync(
            new(Place.Actor, form.Kind ?? Place.Kinds[0], form.Name ?? "", form.Scopes ?? [], expires,
                (form.AllowedNetworks ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries)), cancellation);
        return await AnswerAsync(made, created =>
        {
            PageCompression.Prevent(HttpContext);
            return View("Created", new CreatedTokenPage(Place, created, $"{Request.Scheme}://{Request.Host}"));
        }, FormAsync);

        Task<IActionResult> FormAsync() => Task.FromResult<IActionResult>(Form(form));
    }

    [HttpGet("{id:long}/revoke")]
    public async Task<IActionResult> AskRevoke(long id, CancellationToken cancellation) =>
        (await tokens.ListAsync(Place.Actor, cancellation)).SingleOrDefault(token => token.Id == id) is { } found
            ? View("Confirm", new Confirmation($"Revoke the token {found.Name}?",
                "Programs that use it are refused at once. This cannot be undone.", "Revoke token", $"{Place.Path}/{id}/revoke"))
            : NotFound();

    [HttpPost("{id:long}/revoke")]
    public async Task<IActionResult> Revoke(long id, [FromServices] RevokeToken revoke, CancellationToken cancellation) =>
        Answer(await revoke.ExecuteAsync(new(Place.Actor, id), cancellation), () =>
        {
            Notify("The token is revoked.");
            return LocalRedirect(Place.Path);
        });

    protected override string FieldOf(string field) => field == nameof(CreateToken.Request.ExpiresAt)
        ? nameof(TokenForm.LastDay)
        : field;

    protected IReadOnlyList<TokenScope> Scopes =>
        [.. Enum.GetValues<TokenScope>().Where(scope => ScopeRights.MayUse(User, scope))];

    private ViewResult Form(TokenForm form) => View("Form", new TokenFormPage(Place, form));
}

/// <summary>Of a customer's person, and of the customer.</summary>
[Authorize(Policies.Connectors), Route(Path)]
internal sealed class CustomerTokensController(TokenQueries tokens, TimeProvider time) : TokensController(tokens, time)
{
    private const string Path = "/api-access";

    protected override TokenPlace Place
    {
        get
        {
            bool leads = User.May(Policies.Leads);
            return new(Path, new(User.UserId, User.CustomerId, leads),
                leads ? [TokenKind.Personal, TokenKind.Service] : [TokenKind.Personal], Scopes);
        }
    }
}

/// <summary>Of one of the staff; owners see and revoke everybody's.</summary>
[Authorize(Policies.Staff), Route(Path)]
internal sealed class StaffTokensController(TokenQueries tokens, TimeProvider time) : TokensController(tokens, time)
{
    private const string Path = "/admin/api-tokens";

    protected override TokenPlace Place =>
        new(Path, new(User.UserId, null, User.IsOwner), [TokenKind.Staff], Scopes);
}
