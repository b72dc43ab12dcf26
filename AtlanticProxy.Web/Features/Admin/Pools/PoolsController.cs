using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Pools;

/// <summary>A provider as a pool's form has it. Left empty, tier and weight are those of one that is just added.</summary>
internal sealed record PoolPlace(string? Provider, bool In, int? Tier, int? Weight);

/// <summary>A pool as its form has it: a place for each provider that there is.</summary>
internal sealed record PoolForm(string? Name, PoolPolicy Policy, IReadOnlyList<PoolPlace>? Members);

/// <param name="Id">Null while it is not added yet.</param>
internal sealed record PoolPage(long? Id, PoolForm Form);

/// <summary>Which providers plans send their customers through, and in what order.</summary>
[Reads(Area.Network), Route("/admin/pools")]
internal sealed class PoolsController(PoolQueries pools, ProviderQueries providers) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(CancellationToken cancellation) => View("List", await pools.ListAsync(cancellation));

    [HttpGet("new"), Writes(Area.Network)]
    public Task<IActionResult> New(CancellationToken cancellation) =>
        FormAsync(null, new PoolForm(null, PoolPolicy.Priority, null), cancellation);

    [HttpPost("new"), Writes(Area.Network)]
    public async Task<IActionResult> Add(PoolForm form, [FromServices] AddPool add, CancellationToken cancellation) =>
        SettingsOf(form) is { } settings
            ? await AnswerAsync(await add.ExecuteAsync(new AddPool.Request(form.Name ?? "", settings), cancellation),
                pool => Back($"{pool.Name} is added. Next: give it to a plan."), () => FormAsync(null, form, cancellation))
            : await RetryAsync(() => FormAsync(null, form, cancellation));

    [HttpGet("{id:long}"), Writes(Area.Network)]
    public async Task<IActionResult> Edit(long id, CancellationToken cancellation)
    {
        var found = await pools.FindAsync(id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        Show(FactsOf(found.Value));
        var places = found.Value.Members.Select(member => new PoolPlace(member.Provider, true, member.Tier, member.Weight));
        return await FormAsync(id, new PoolForm(found.Value.Name, found.Value.Policy, [.. places]), cancellation);
    }

    [HttpPost("{id:long}"), Writes(Area.Network)]
    public async Task<IActionResult> Change(
        long id, PoolForm form, [FromServices] UpdatePool update, CancellationToken cancellation)
    {
        var found = await pools.FindAsync(id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        form = form with { Name = found.Value.Name };
        if (HasChangedMeanwhile(FactsOf(found.Value)))
            return await FormAsync(id, form, cancellation);
        return SettingsOf(form) is { } settings
            ? await AnswerAsync(await update.ExecuteAsync(new UpdatePool.Request(id, settings), cancellation),
                changed => Back(changed
                    ? (Phrase)$"{form.Name} is changed. New connections follow within a second."
                    : $"{form.Name} is so already."),
                () => FormAsync(id, form, cancellation))
            : await RetryAsync(() => FormAsync(id, form, cancellation));
    }

    [HttpGet("{id:long}/remove"), Writes(Area.Network)]
    public async Task<IActionResult> AskRemove(long id, CancellationToken cancellation) =>
        Answer(await pools.FindAsync(id, cancellation), pool =>
        {
            var words = pool.Plans.Count > 0
                ? (Phrase)$"It cannot go yet: give {string.Join(", ", pool.Plans)} another pool first."
                : "Its providers stay as they are.";
            return View("Confirm", new Confirmation($"Remove {pool.Name}?", $"{words}", "Remove pool", "/admin/pools"));
        });

    [HttpPost("{id:long}/remove"), Writes(Area.Network)]
    public async Task<IActionResult> Remove(long id, [FromServices] RemovePool remove, CancellationToken cancellation) =>
        await AnswerAsync(await remove.ExecuteAsync(new RemovePool.Request(id), cancellation), () =>
            Back("The pool is removed."), () => AskRemove(id, cancellation));

    private static FormFact[] FactsOf(PoolSummary pool) =>
    [
        new("Order", T[WordsOf(pool.Policy)]),
        new("The list of members (provider:tier:weight)", string.Join(", ", pool.Members)),
    ];

    private static Phrase WordsOf(PoolPolicy policy) => policy switch
    {
        PoolPolicy.Priority => "priority",
        PoolPolicy.Weighted => "weighted",
        PoolPolicy.Cheapest => "cheapest",
    };

    /// <summary>Null when a number is none, which is then said beside the members.</summary>
    private PoolSettings? SettingsOf(PoolForm form) => ModelState.IsValid
        ? new PoolSettings(form.Policy,
            [.. (form.Members ?? []).Where(place => place.In)
                .Select(place => new PoolMemberSettings(place.Provider ?? "", place.Tier ?? 0, place.Weight ?? 1))])
        : null;

    private async Task<IActionResult> FormAsync(long? id, PoolForm form, CancellationToken cancellation)
    {
        var known = (form.Members ?? []).DistinctBy(place => place.Provider).ToDictionary(place => place.Provider ?? "");
        var names = (await providers.ListAsync(cancellation)).Select(provider => provider.Name);
        return View("Form",
            new PoolPage(id,
                form with { Members =
                    [.. names.Select(name => known.GetValueOrDefault(name) ?? new PoolPlace(name, false, 0, 1))] }));
    }

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/admin/pools", words);
}
