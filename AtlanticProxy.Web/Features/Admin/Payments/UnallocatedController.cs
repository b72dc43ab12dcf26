using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Payments;

/// <param name="Emails">Of the customers, by id.</param>
internal sealed record UnallocatedPage(IReadOnlyList<UnallocatedView> Money, IReadOnlyDictionary<long, string> Emails);

/// <summary>Whose money it is, as the form has it.</summary>
/// <param name="Email">Of the customer.</param>
internal sealed record AllocationForm(string? Email, string? Note);

internal sealed record AllocationPage(UnallocatedView Money, AllocationForm Form);

/// <summary>Money that came and fits nothing.</summary>
[Reads(Area.Money), Route("/admin/payments/unallocated")]
internal sealed class UnallocatedController(PaymentQueries payments, CustomerQueries customers) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(CancellationToken cancellation)
    {
        var money = await payments.UnallocatedAsync(cancellation);
        return View("Unallocated", new UnallocatedPage(money,
            await customers.EmailsAsync(money.Select(each => each.CustomerId).OfType<long>(), cancellation)));
    }

    [HttpGet("{id:long}"), Writes(Area.Money)]
    public async Task<IActionResult> Ask(long id, CancellationToken cancellation) =>
        Answer(await payments.FindUnallocatedAsync(id, cancellation), money =>
            View("Allocate", new AllocationPage(money, new AllocationForm(null, null))));

    [HttpPost("{id:long}/allocate"), Writes(Area.Money)]
    public async Task<IActionResult> Allocate(
        long id, AllocationForm form, [FromServices] AllocateMoney allocate, CancellationToken cancellation)
    {
        var found = await payments.FindUnallocatedAsync(id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        var customer = await customers.FindByEmailAsync(form.Email ?? "", cancellation);
        if (!customer.IsSuccess)
        {
            Refuse(nameof(form.Email), "No customer has this email address.");
            return await RetryAsync(FormAsync);
        }
        return await AnswerAsync(
            await allocate.ExecuteAsync(new(id, customer.Value.Id, form.Note ?? ""), cancellation),
            () => Back($"{MoneyOf(found.Value)} is in the wallet of {customer.Value.Email}."), FormAsync);

        Task<IActionResult> FormAsync() =>
            Task.FromResult<IActionResult>(View("Allocate", new AllocationPage(found.Value, form)));
    }

    [HttpPost("{id:long}/return"), Writes(Area.Money), StepUp]
    public async Task<IActionResult> Return(
        long id, string? note, [FromServices] AllocateMoney allocate, CancellationToken cancellation)
    {
        var found = await payments.FindUnallocatedAsync(id, cancellation);
        return !found.IsSuccess ? Answer(found, Ok)
            : await AnswerAsync(await allocate.ExecuteAsync(new(id, null, note ?? ""), cancellation),
                () => Back($"{MoneyOf(found.Value)} is noted as sent back."),
                () => Task.FromResult<IActionResult>(
                    View("Allocate", new AllocationPage(found.Value, new AllocationForm(null, note)))));
    }

    private static Money MoneyOf(UnallocatedView money) => new(money.Amount, money.Currency);

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/admin/payments/unallocated", words);
}
