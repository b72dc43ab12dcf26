using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Invoices;

/// <summary>What of an invoice is taken back, as the form has it.</summary>
/// <param name="Amount">With tax, as people write it; null for all that is left.</param>
internal sealed record CreditNoteForm(decimal? Amount);

internal sealed record CreditNotePage(InvoiceSummary Invoice, CreditNoteForm Form);

/// <summary>Takes an invoice back, in whole or in part.</summary>
[Writes(Area.Money), Route("/admin/invoices/{id:long}/credit")]
internal sealed class CreditNotesController(InvoiceQueries invoices) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Ask(long id, CancellationToken cancellation) =>
        Answer(await invoices.FindAsync(Scope.Staff, id, cancellation), paper =>
        {
            Show(FactsOf(paper.Summary));
            return View("Credit", new CreditNotePage(paper.Summary, new CreditNoteForm(null)));
        });

    [HttpPost]
    public async Task<IActionResult> Credit(
        long id, CreditNoteForm form, [FromServices] CreateCreditNote create, CancellationToken cancellation)
    {
        var found = await invoices.FindAsync(Scope.Staff, id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        var invoice = found.Value.Summary;
        // Sent twice, it would be taken back twice.
        if (HasChangedMeanwhile(FactsOf(invoice)))
            return await FormAsync();
        long? amount = form.Amount is null ? null : MinorUnitsOf(nameof(form.Amount), form.Amount, invoice.Currency, "");
        if (!ModelState.IsValid)
            return await RetryAsync(FormAsync);
        return await AnswerAsync(await create.ExecuteAsync(new(id, amount), cancellation), note =>
        {
            Notify($"{note.Number} takes {new Money(-note.Total, note.Currency)} back.");
            return LocalRedirect($"/admin/invoices/{note.Id}");
        }, FormAsync);

        Task<IActionResult> FormAsync() => Task.FromResult<IActionResult>(View("Credit", new CreditNotePage(invoice, form)));
    }

    private static FormFact[] FactsOf(InvoiceSummary invoice) =>
        [new("Taken back so far", new Money(invoice.Credited, invoice.Currency).ToString())];
}
