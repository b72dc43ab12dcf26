using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Engine;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Rules;

/// <param name="Rules">Those on categories.</param>
internal sealed record ListsPage(IReadOnlyList<BlockListState> Lists, IReadOnlyList<DestinationRuleSummary> Rules);

/// <param name="Judgement">Null while nothing is asked.</param>
/// <param name="Rule">The rule that decides, where it is one of those that people made.</param>
internal sealed record CheckPage(string? Target, string? User, DestinationJudgement? Judgement, DestinationRuleSummary? Rule);

/// <summary>Block lists, and what all rules together say of one destination.</summary>
[Reads(Area.Rules), Route(RulesController.Path)]
internal sealed class ListsController(DestinationRuleQueries rules, IDestinations destinations) : PortalController
{
    [HttpGet("lists")]
    public async Task<IActionResult> Lists(CancellationToken cancellation) => View("Lists", new ListsPage(
        destinations.BlockLists,
        [.. (await rules.ListAsync(cancellation)).Where(rule => rule.Kind == DestinationRuleKind.Category)]));

    [HttpGet("check")]
    public async Task<IActionResult> Check(string? target, string? user, CancellationToken cancellation)
    {
        (target, user) = (target?.Trim().ToLowerInvariant(), user?.Trim().ToLowerInvariant());
        if (string.IsNullOrEmpty(target) || string.IsNullOrEmpty(user))
            return View("Check", new CheckPage(target, user, null, null));
        var judgement = destinations.Judge(user, target);
        return View("Check", new CheckPage(target, user, judgement,
            await rules.DecidingAsync(user, judgement.Rule, cancellation)));
    }
}
