using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Reconciliation;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Providers;

/// <param name="Health">Of those that this process's engine has; empty where none runs.</param>
internal sealed record ProvidersPage(
    IReadOnlyList<ProviderSummary> Providers, IReadOnlyList<ProviderStatus> Health, string Currency)
{
    /// <summary>A badge's class, and what stands in it.</summary>
    public static (string State, Phrase Words) WordsOf(ProviderCondition condition) => condition switch
    {
        ProviderCondition.Healthy => ("good", (Phrase)"Healthy"),
        ProviderCondition.Degraded => ("warn", "Fails in part"),
        ProviderCondition.Down => ("bad", "Down"),
        ProviderCondition.RejectsUs => ("bad", "Rejects your account"),
        ProviderCondition.CapReached => ("warn", "Cap reached"),
    };
}

/// <summary>Where traffic leaves.</summary>
[Reads(Area.Network), Route("/admin/providers")]
internal sealed class ProvidersController(
    ProviderQueries providers, IProviderStatuses statuses, ReconciliationOptions reconciliation) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(CancellationToken cancellation) => View("List", new ProvidersPage(
        await providers.ListAsync(cancellation), statuses.Current, reconciliation.Currency));

    /// <summary>Which preset, and then its form.</summary>
    [HttpGet("new"), Writes(Area.Network)]
    public IActionResult New(string? preset) => preset is null ? View("Presets", ProviderPreset.All)
        : ProviderPreset.Find(preset) is { } known
        ? View("Form", new ProviderPage(null, known, ProviderForm.For(known)))
        : NotFound();

    [HttpPost("new"), Writes(Area.Network)]
    public async Task<IActionResult> Add(ProviderForm form, [FromServices] AddProvider add, CancellationToken cancellation)
    {
        if (ProviderPreset.Find(form.Preset ?? ProviderPreset.Custom) is not { } preset)
            return NotFound();
        if (CostOf(form) is not { } cost || !ModelState.IsValid)
            return await RetryAsync(FormAsync);
        return await AnswerAsync(
            await add.ExecuteAsync(new AddProvider.Request(form.Name ?? "", form.ToSettings(cost)), cancellation),
            provider => Back($"{provider.Name} is added, and takes traffic within a second."),
            FormAsync);

        Task<IActionResult> FormAsync() => Task.FromResult<IActionResult>(View("Form", new ProviderPage(null, preset, form)));
    }

    [HttpGet("{id:long}"), Writes(Area.Network)]
    public async Task<IActionResult> Edit(long id, CancellationToken cancellation) =>
        Answer(await providers.FindAsync(id, cancellation), provider =>
        {
            var form = ProviderForm.Of(provider, reconciliation.Currency);
            Show(form.Facts);
            return View("Form", new ProviderPage(id, ProviderPreset.Find(provider.Preset)!, form, provider.ExitCount));
        });

    [HttpPost("{id:long}"), Writes(Area.Network)]
    public async Task<IActionResult> Change(
        long id, ProviderForm form, [FromServices] UpdateProvider update, CancellationToken cancellation)
    {
        var found = await providers.FindAsync(id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        // A provider stays of its preset.
        form = form with { Preset = found.Value.Preset, Name = found.Value.Name };
        if (HasChangedMeanwhile(ProviderForm.Of(found.Value, reconciliation.Currency).Facts))
            return await FormAsync();
        if (CostOf(form) is not { } cost || !ModelState.IsValid)
            return await RetryAsync(FormAsync);
        return await AnswerAsync(
            await update.ExecuteAsync(new UpdateProvider.Request(id, form.ToSettings(cost)), cancellation),
            changed => Back(changed
                ? (Phrase)$"{form.Name} is changed. New connections follow within a second."
                : $"{form.Name} is so already."),
            FormAsync);

        Task<IActionResult> FormAsync() =>
            Task.FromResult<IActionResult>(
                View("Form", new ProviderPage(id, ProviderPreset.Find(found.Value.Preset)!, form, found.Value.ExitCount)));
    }

    [HttpPost("{id:long}/enable"), Writes(Area.Network)]
    public async Task<IActionResult> Enable(long id, [FromServices] SetProviderState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetProviderState.Request(id, true), cancellation), () =>
            Back("The provider is enabled."));

    [HttpPost("{id:long}/disable"), Writes(Area.Network)]
    public async Task<IActionResult> Disable(long id, [FromServices] SetProviderState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetProviderState.Request(id, false), cancellation),
            () => Back("The provider is disabled. New connections go elsewhere; open tunnels through it go on."));

    [HttpGet("{id:long}/remove"), Writes(Area.Network)]
    public async Task<IActionResult> AskRemove(long id, CancellationToken cancellation) =>
        Answer(await providers.FindAsync(id, cancellation), provider => View("Confirm", new Confirmation(
            $"Remove {provider.Name}?",
            "Its passwords are wiped, it leaves its pools, and no new connection goes through it. The usage it carried stays "
                + "in the books.",
            "Remove provider",
            "/admin/providers")));

    [HttpPost("{id:long}/remove"), Writes(Area.Network)]
    public async Task<IActionResult> Remove(long id, [FromServices] RemoveProvider remove, CancellationToken cancellation) =>
        Answer(await remove.ExecuteAsync(new RemoveProvider.Request(id), cancellation), () => Back("The provider is removed."));

    protected override string FieldOf(string field) => ProviderForm.FieldOf(field);

    /// <summary>Minor units; null when the field was not readable.</summary>
    private long? CostOf(ProviderForm form) =>
        MinorUnitsOf(nameof(form.CostPerGb), form.CostPerGb ?? 0, reconciliation.Currency, missing: "");

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/admin/providers", words);
}
