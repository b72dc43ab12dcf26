using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Providers;

internal sealed record NewProviderForm(string? Name, string? Endpoint, string? UsernameTemplate, string? Password, int? Priority, int? Weight)
{
    public static readonly NewProviderForm Empty = new(null, null, null, null, ProviderSettings.DefaultPriority, 1);
}

/// <summary>Where traffic leaves.</summary>
[Authorize(Policies.Staff), Route("/admin/providers")]
internal sealed class ProvidersController(ProviderQueries providers) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(CancellationToken cancellation) => View("List", await providers.ListAsync(cancellation));

    [HttpGet("new"), Authorize(Policies.Operators)]
    public IActionResult New() => View("New", NewProviderForm.Empty);

    [HttpPost("new"), Authorize(Policies.Operators)]
    public async Task<IActionResult> Add(NewProviderForm form, [FromServices] AddProvider add, CancellationToken cancellation)
    {
        if (!ModelState.IsValid)
            return await RetryAsync(FormAsync);
        var settings = new ProviderSettings(
            form.Endpoint ?? "", form.UsernameTemplate ?? "", form.Password, form.Priority ?? ProviderSettings.DefaultPriority, form.Weight ?? 1);
        return await AnswerAsync(
            await add.ExecuteAsync(new AddProvider.Request(form.Name ?? "", settings), cancellation),
            provider => Back($"{provider.Name} is added, and takes traffic within a second."),
            FormAsync);

        Task<IActionResult> FormAsync() => Task.FromResult<IActionResult>(View("New", form));
    }

    [HttpPost("{id:long}/enable"), Authorize(Policies.Operators)]
    public async Task<IActionResult> Enable(long id, [FromServices] SetProviderState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetProviderState.Request(id, true), cancellation), () => Back("The provider is enabled."));

    [HttpPost("{id:long}/disable"), Authorize(Policies.Operators)]
    public async Task<IActionResult> Disable(long id, [FromServices] SetProviderState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetProviderState.Request(id, false), cancellation),
            () => Back("The provider is disabled. New connections go elsewhere; open tunnels through it go on."));

    [HttpGet("{id:long}/remove"), Authorize(Policies.Operators)]
    public async Task<IActionResult> AskRemove(long id, CancellationToken cancellation) =>
        Answer(await providers.FindAsync(id, cancellation), provider => View("Confirm", new Confirmation(
            $"Remove {provider.Name}?",
            "Its password is wiped and no new connection goes through it. The usage it carried stays in the books.",
            "Remove provider",
            "/admin/providers")));

    [HttpPost("{id:long}/remove"), Authorize(Policies.Operators)]
    public async Task<IActionResult> Remove(long id, [FromServices] RemoveProvider remove, CancellationToken cancellation) =>
        Answer(await remove.ExecuteAsync(new RemoveProvider.Request(id), cancellation), () => Back("The provider is removed."));

    private LocalRedirectResult Back(string words)
    {
        Notify(words);
        return LocalRedirect("/admin/providers");
    }
}
