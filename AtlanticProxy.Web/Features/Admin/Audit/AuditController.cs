using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Audit;

/// <summary>What of the log is wanted, as it stands in the address.</summary>
internal sealed record StaffAuditChoice(
    string? Search, AuthorKind? By, string? Object, long? Id, long? Customer, DateOnly? From, DateOnly? To)
    : AuditChoice(Search, Object, From, To)
{
    public AuditFilter Filter => FilterOf(Scope.Staff, Customer) with { By = By, ObjectId = Id };
}

internal sealed record AuditPage(Page<AuditSummary> Entries, Listing Listing);

/// <summary>Who changed what, from where.</summary>
[Reads(Area.Audit), Route("/admin/audit")]
internal sealed class AuditController(AuditQueries audit) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(StaffAuditChoice choice, CancellationToken cancellation, int page = 1)
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
                    choice.ObjectFilter(AuditQueries.Objects),
                ],
                Days = choice.Days,
                Kept = [("id", $"{choice.Id}"), ("customer", $"{choice.Customer}")],
                CsvPath = "/admin/audit/csv",
            }));
    }

    [HttpGet("csv")]
    public async Task<IActionResult> Csv(StaffAuditChoice choice, CancellationToken cancellation) => await CsvFile.Of("audit",
        ["at", "who", "address", "action", "change", "object", "object_id", "label", "customer", "field", "before",
            "after"],
        RowsAsync(choice, cancellation), cancellation);

    private async IAsyncEnumerable<IReadOnlyList<object?>> RowsAsync(
        StaffAuditChoice choice, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
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
