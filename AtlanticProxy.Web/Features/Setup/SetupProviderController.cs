using System.Text.Json;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Reconciliation;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Features.Admin.Providers;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Setup;

/// <summary>What came of a test, for the page after it.</summary>
/// <param name="Words">In a sentence.</param>
internal sealed record TestResult(bool Works, string Words)
{
    public const string Key = "provider test";
}

/// <param name="Result">Null when it was not tested just now.</param>
internal sealed record FirstProviderPage(ProviderSummary Provider, string Label, TestResult? Result);

/// <summary>The first provider, with a test that really connects.</summary>
[Route("/setup/provider")]
internal sealed class SetupProviderController(
    SiteQueries site, ProviderQueries providers, IProviderTest tests, PortalOptions portal, ReconciliationOptions reconciliation)
    : SetupStepController(site)
{
    /// <summary>Longer than any time-out of the proxy itself; nobody waits for a page any longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>Which preset, and then its form; the provider, once there is one.</summary>
    [HttpGet]
    public async Task<IActionResult> Show(string? preset, CancellationToken cancellation)
    {
        if (preset is not null)
            return ProviderPreset.Find(preset) is { } known
                ? await FormAsync(new ProviderPage(null, known, ProviderForm.For(known) with { Name = known.Name }), cancellation)
                : NotFound();
        if ((await providers.ListAsync(cancellation)) is not [var first, ..])
            return await PageAsync("Presets", SetupStepKind.Provider, ProviderPreset.All, cancellation);
        var result = TempData[TestResult.Key] is string json ? JsonSerializer.Deserialize<TestResult>(json) : null;
        return await PageAsync("Provider", SetupStepKind.Provider,
            new FirstProviderPage(first, ProviderPreset.Find(first.Preset)?.Label ?? first.Preset, result), cancellation);
    }

    [HttpPost]
    public async Task<IActionResult> Add(ProviderForm form, [FromServices] AddProvider add, CancellationToken cancellation)
    {
        if (ProviderPreset.Find(form.Preset ?? ProviderPreset.Custom) is not { } preset)
            return NotFound();
        var page = new ProviderPage(null, preset, form);
        if (!ModelState.IsValid)
            return await RetryAsync(() => FormAsync(page, cancellation));
        var added = await add.ExecuteAsync(new(form.Name ?? "", form.ToSettings(0)), cancellation);
        if (added.IsSuccess)
            await TestAsync(added.Value.Name, cancellation);
        return await AnswerAsync(added, _ => Back(), () => FormAsync(page, cancellation));
    }

    [HttpGet("{id:long}")]
    public async Task<IActionResult> Edit(long id, CancellationToken cancellation)
    {
        var found = await providers.FindAsync(id, cancellation);
        return found.IsSuccess
            ? await FormAsync(PageOf(found.Value, ProviderForm.Of(found.Value, reconciliation.Currency)), cancellation)
            : NotFound();
    }

    [HttpPost("{id:long}")]
    public async Task<IActionResult> Change(
        long id, ProviderForm form, [FromServices] UpdateProvider update, CancellationToken cancellation)
    {
        var found = await providers.FindAsync(id, cancellation);
        if (!found.IsSuccess)
            return NotFound();
        // The account alone is asked for here: all else stays as it is.
        var whole = ProviderForm.Of(found.Value, reconciliation.Currency) with
        {
            Endpoint = form.Endpoint, Username = form.Username, UsernameTemplate = form.UsernameTemplate,
            PasswordTemplate = form.PasswordTemplate, Password = form.Password, List = form.List,
            LocalNetworks = form.LocalNetworks,
        };
        var changed = await update.ExecuteAsync(new(id, whole.ToSettings(found.Value.CostPerGb)), cancellation);
        if (changed.IsSuccess)
            await TestAsync(found.Value.Name, cancellation);
        return await AnswerAsync(changed, _ => Back(), () => FormAsync(PageOf(found.Value, whole), cancellation));
    }

    [HttpPost("{id:long}/test")]
    public async Task<IActionResult> Test(long id, CancellationToken cancellation)
    {
        var found = await providers.FindAsync(id, cancellation);
        if (!found.IsSuccess)
            return NotFound();
        await TestAsync(found.Value.Name, cancellation);
        return Back();
    }

    protected override string FieldOf(string field) => ProviderForm.FieldOf(field);

    private static ProviderPage PageOf(ProviderSummary provider, ProviderForm form) =>
        new(provider.Id, ProviderPreset.Find(provider.Preset)!, form, provider.ExitCount);

    private Task<IActionResult> FormAsync(ProviderPage page, CancellationToken cancellation) =>
        PageAsync("ProviderForm", SetupStepKind.Provider, page, cancellation);

    private LocalRedirectResult Back() => LocalRedirect(PathOf(SetupStepKind.Provider));

    private async Task TestAsync(string name, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        TestResult result;
        try
        {
            result = ResultOf(name, await tests.RunAsync(new(name, new Uri(portal.ExitPageUrl)), patience.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            result = new(false, T[$"{name} did not answer within {Patience.TotalSeconds:0} seconds."]);
        }
        TempData[TestResult.Key] = JsonSerializer.Serialize(result);
    }

    private static TestResult ResultOf(string name, Result<ProviderTestOutcome> tested)
    {
        if (!tested.IsSuccess)
            return new(false, string.Join(' ', tested.Errors.Select(error => T[error.Words])));
        var outcome = tested.Value;
        Phrase exit = outcome switch
        {
            { Exit: null } => (Phrase)$"the page answered {outcome.Status}",
            { Country: null } => $"exit {outcome.Exit}",
            _ => $"exit {outcome.Exit}, {outcome.Country.ToUpperInvariant()}",
        };
        return new(outcome.Status < 400, T[$"{name} works: {exit}, {Math.Ceiling(outcome.Milliseconds):0} ms."]);
    }
}
