using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Rules;

/// <summary>A rule as its form has it.</summary>
/// <param name="Owner">Of <paramref name="Scope"/>: a plan's or proxy user's name, or a customer's email.</param>
internal sealed record RuleForm(DestinationRuleKind Kind, string? Value, RuleScope Scope, string? Owner, string? Note)
{
    public static RuleForm Of(DestinationRuleSummary rule) => new(rule.Kind, rule.Value, rule.Scope, rule.Owner, rule.Note);

    public AddDestinationRule.Request ToRequest(RuleOwner owner) => new(Kind, Value ?? "", owner, Note ?? "");
}

/// <param name="Id">Null while it is not added yet.</param>
internal sealed record RulePage(long? Id, RuleForm Form);

internal sealed record RulesPage(IReadOnlyList<DestinationRuleSummary> Rules, Listing Listing, IDestinations Destinations);

/// <summary>What clients may not reach, set by people.</summary>
[Reads(Area.Rules), Route(Path)]
internal sealed class RulesController(DestinationRuleQueries rules, IDestinations destinations) : PortalController
{
    public const string Path = "/admin/rules";

    [HttpGet]
    public async Task<IActionResult> List(string? search, CancellationToken cancellation, int page = 1)
    {
        var request = new PageRequest(page, search: search);
        var all = await rules.ListAsync(cancellation);
        var found = request.Search is not { } words ? all : [.. all.Where(rule =>
            new[] { rule.Shown, rule.Owner, rule.Note }.Any(text => text.Contains(words, StringComparison.OrdinalIgnoreCase)))];
        return View("List", new RulesPage(
            [.. found.Skip((request.Number - 1) * request.Size).Take(request.Size)],
            new Listing(Path, request.Search, request.Number, request.Size, found.Count, "Search destination, name or note"),
            destinations));
    }

    [HttpGet("new"), Writes(Area.Rules)]
    public IActionResult New() =>
        View("Form", new RulePage(null, new RuleForm(DestinationRuleKind.Suffix, null, RuleScope.Everybody, null, null)));

    [HttpPost("new"), Writes(Area.Rules)]
    public async Task<IActionResult> Add(RuleForm form, [FromServices] AddDestinationRule add, CancellationToken cancellation)
    {
        if (!ModelState.IsValid)
            return await RetryAsync(FormAsync);
        var owner = await rules.OwnerAsync(form.Scope, form.Owner, cancellation);
        var added = owner.IsSuccess
            ? await add.ExecuteAsync(form.ToRequest(owner.Value), cancellation)
            : Result.Failure<AddDestinationRule.Added>(owner.Errors);
        return await AnswerAsync(added,
            rule => Back($"The rule on {rule.Value} is added. It holds within a second."), FormAsync);

        Task<IActionResult> FormAsync() => Task.FromResult<IActionResult>(View("Form", new RulePage(null, form)));
    }

    [HttpGet("{id:long}"), Writes(Area.Rules)]
    public async Task<IActionResult> Edit(long id, CancellationToken cancellation)
    {
        var found = await rules.FindAsync(id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        Show(FactsOf(found.Value));
        return View("Form", new RulePage(id, RuleForm.Of(found.Value)));
    }

    [HttpPost("{id:long}"), Writes(Area.Rules)]
    public async Task<IActionResult> Change(
        long id, RuleForm form, [FromServices] ChangeDestinationRule change, CancellationToken cancellation)
    {
        var found = await rules.FindAsync(id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        if (HasChangedMeanwhile(FactsOf(found.Value)))
            return await FormAsync();
        if (!ModelState.IsValid)
            return await RetryAsync(FormAsync);
        var owner = await rules.OwnerAsync(form.Scope, form.Owner, cancellation);
        var changed = owner.IsSuccess
            ? await change.ExecuteAsync(new(id, form.ToRequest(owner.Value)), cancellation)
            : Result.Failure<bool>(owner.Errors);
        return await AnswerAsync(changed,
            any => Back(any ? "The rule is changed. It holds within a second." : "No changes: the rule already says this."),
            FormAsync);

        Task<IActionResult> FormAsync() => Task.FromResult<IActionResult>(View("Form", new RulePage(id, form)));
    }

    [HttpGet("{id:long}/remove"), Writes(Area.Rules)]
    public async Task<IActionResult> AskRemove(long id, CancellationToken cancellation) =>
        Answer(await rules.FindAsync(id, cancellation), rule => View("Confirm", new Confirmation(
            "Remove this rule?",
            $"{RuleWords.Of(rule)}, for {RuleWords.WhoseOf(rule)}: it can be reached again within a second, unless another rule "
                + $"forbids it. The rule refused at least {Format.Count(rule.Hits, "connection", "connections")} in the last "
                + $"{DestinationRuleQueries.HitDays} days.",
            "Remove rule", Path)));

    [HttpPost("{id:long}/remove"), Writes(Area.Rules)]
    public async Task<IActionResult> Remove(
        long id, [FromServices] RemoveDestinationRule remove, CancellationToken cancellation) =>
        Answer(await remove.ExecuteAsync(new(id), cancellation), () => Back("The rule is removed."));

    private static FormFact[] FactsOf(DestinationRuleSummary rule) =>
    [
        new("What is forbidden", T[RuleWords.Of(rule)]), new("For", T[RuleWords.WhoseOf(rule)]), new("Note", rule.Note),
    ];

    private LocalRedirectResult Back(Phrase words) => RedirectSaying(Path, words);
}
