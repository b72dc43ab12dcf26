using System.Net.Mime;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Invoices;

internal sealed record InvoicesPage(Page<InvoiceSummary> Invoices, IReadOnlyList<NumberGap> Gaps, Listing Listing);

/// <summary>Invoices and credit notes: the book and its papers.</summary>
[Reads(Area.Money), Route("/admin/invoices")]
internal sealed class InvoicesController(InvoiceQueries invoices, InvoicePapers papers) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(string? search, InvoiceState? state, CancellationToken cancellation, int page = 1)
    {
        var request = new PageRequest(page, search: search);
        var found = await invoices.ListAsync(Scope.Staff, new InvoiceFilter(State: state), request, cancellation);
        return View("List", new InvoicesPage(found, await invoices.GapsAsync(cancellation),
            new Listing("/admin/invoices", request.Search, found.Number, found.Size, found.Total, "Search number or customer")
            {
                Filters = [ListFilter.Of("state", "State", state, "All states", each => T[PaperWords.Of(each)])],
            }));
    }

    [HttpGet("{id:long}")]
    public async Task<IActionResult> Show(long id, CancellationToken cancellation) =>
        Answer(await invoices.FindAsync(Scope.Staff, id, cancellation), paper => View("Details", paper));

    /// <summary>The paper as a page of its own, which prints well.</summary>
    [HttpGet("{id:long}/html")]
    public async Task<IActionResult> Html(long id, CancellationToken cancellation) =>
        Answer(await papers.HtmlAsync(Scope.Staff, id, cancellation), Document);

    [HttpGet("{id:long}/pdf")]
    public async Task<IActionResult> Pdf(long id, CancellationToken cancellation) =>
        Answer(await papers.PdfAsync(Scope.Staff, id, cancellation), paper =>
            File(paper.Pdf, MediaTypeNames.Application.Pdf, paper.FileName));
}
