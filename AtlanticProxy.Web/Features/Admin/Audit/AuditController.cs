using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace AtlanticProxy.Web.Features.Admin.Audit;

/// <summary>What of the log is wanted, as it stands in the address.</summary>
/// <param name="From">First day, UTC.</param>
/// <param name="To">Last day, UTC.</param>
internal sealed record AuditChoice(
    string? Search, AuthorKind? By, string? Object, long? Id, long? Customer, DateOnly? From, DateOnly? To)
{
    public AuditFilter Filter => new(Scope.Staff, Customer, By, Object is { Length: > 0 } ? Object : null, Id,
        From is { } first ? StartOf(first) : null, To is { } last && last < DateOnly.MaxValue ? StartOf(last.AddDays(1)) : null);

    private static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}

internal sealed record AuditPage(Page<AuditSummary> Entries, Listing Listing);

/// <summary>Who changed what, from where.</summary>
[Authorize(Policies.Operators), Route("/admin/audit")]
internal sealed class AuditController(AuditQueries audit) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(AuditChoice choice, CancellationToken cancellation, int page = 1)
    {
        ModelState.Clear(); // what is no day does not narrow
        var request = new PageRequest(page, search: choice.Search);
        var found = await audit.ListAsync(choice.Filter, request, cancellation);
        return View("Audit", new AuditPage(found,
            new Listing("/admin/audit", request.Search, found.Number, found.Size, found.Total, "Search person or name")
            {
                Filters =
                [
                    ListFilter.Of("by", "Who", choice.By, "Everyone", AuditWords.Of),
                    new ListFilter("object", "What", choice.Object, AuditQueries.Objects
                        .Select(table => new SelectListItem(AuditWords.Noun(table), table)).OrderBy(item => item.Text)
                        .Prepend(new SelectListItem("Everything", ""))),
                ],
                Days = [new ListDay("from", "From (UTC)", choice.From), new ListDay("to", "Until (UTC)", choice.To)],
                Kept = [("id", $"{choice.Id}"), ("customer", $"{choice.Customer}")],
                CsvPath = "/admin/audit/csv",
            }));
    }

    [HttpGet("csv")]
    public async Task<IActionResult> Csv(AuditChoice choice, CancellationToken cancellation) => await CsvFile.Of("audit",
        ["at", "who", "address", "action", "change", "object", "object_id", "label", "customer", "field", "before",
            "after"],
        RowsAsync(choice, cancellation), cancellation);

    private async IAsyncEnumerable<IReadOnlyList<object?>> RowsAsync(
        AuditChoice choice, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        for (int number = 1; ; number++)
        {
            var page = await audit.ListAsync(choice.Filter, new PageRequest(number, PageRequest.MaxSize, choice.Search),
                cancellation);
            foreach (var entry in page.Items)
                foreach (var field in entry.Fields.DefaultIfEmpty(new AuditedField("", null, null)))
                    yield return
                    [
                        entry.At, AuditWords.Author(entry), entry.Address, entry.Action,
                        entry.Change.ToString().ToLowerInvariant(), entry.Object, entry.ObjectId, entry.Label, entry.Customer,
                        field.Column, field.Before, field.After,
                    ];
            if (!page.HasNext)
                yield break;
        }
    }
}
