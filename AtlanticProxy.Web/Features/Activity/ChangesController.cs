using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace AtlanticProxy.Web.Features.Activity;

/// <summary>What is wanted, as it stands in the address.</summary>
/// <param name="Object">A table of <see cref="AuditQueries.OfCustomers"/>; others show nothing.</param>
/// <param name="From">First day, UTC.</param>
/// <param name="To">Last day, UTC.</param>
internal sealed record ChangesChoice(string? Search, string? Object, DateOnly? From, DateOnly? To);

internal sealed record ChangesPage(Page<AuditSummary> Entries, Listing Listing);

/// <summary>Who changed what in a customer's account: the part of the audit log that is the customer's.</summary>
[Authorize(Policies.Leads), Route("/activity/changes")]
internal sealed class ChangesController(AuditQueries audit) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(ChangesChoice choice, CancellationToken cancellation, int page = 1)
    {
        ModelState.Clear(); // what is no day does not narrow
        var request = new PageRequest(page, search: choice.Search);
        var found = await audit.ListAsync(
            new AuditFilter(User.Scope, User.CustomerId, Object: choice.Object is { Length: > 0 } table ? table : null)
            {
                From = choice.From is { } first ? StartOf(first) : null,
                To = choice.To is { } last && last < DateOnly.MaxValue ? StartOf(last.AddDays(1)) : null,
            },
            request, cancellation);
        return View("Changes", new ChangesPage(found,
            new Listing("/activity/changes", request.Search, found.Number, found.Size, found.Total, "Search person or name")
            {
                Filters =
                [
                    new ListFilter("object", "What", choice.Object, AuditQueries.OfCustomers
                        .Select(name => new SelectListItem(AuditWords.Noun(name), name)).OrderBy(item => item.Text)
                        .Prepend(new SelectListItem("Everything", ""))),
                ],
                Days = [new ListDay("from", "From (UTC)", choice.From), new ListDay("to", "Until (UTC)", choice.To)],
            }));
    }

    private static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}
