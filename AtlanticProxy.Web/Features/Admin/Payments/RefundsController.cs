using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Payments;

/// <summary>A refund as its form has it.</summary>
/// <param name="Amount">As people write it: 9.99.</param>
internal sealed record RefundForm(decimal? Amount, RefundTarget Target, string? Reason);

internal sealed record RefundPage(PaymentView Payment, RefundForm Form);

/// <summary>Gives money of a payment back.</summary>
[Writes(Area.Money), Route("/admin/payments")]
internal sealed class RefundsController(PaymentQueries payments) : PortalController
{
    [HttpGet("{reference}/refund")]
    public async Task<IActionResult> Ask(string reference, CancellationToken cancellation) =>
        Answer(await payments.FindAsync(Scope.Staff, reference, cancellation), found =>
        {
            Show(FactsOf(found));
            var payment = found.Payment;
            return View("Refund", new RefundPage(payment, new RefundForm(
                new Money(payment.Received - payment.Refunded, payment.Currency).Number, RefundTarget.Method, null)));
        });

    [HttpPost("{reference}/refund"), StepUp]
    public async Task<IActionResult> Refund(
        string reference, RefundForm form, [FromServices] RefundPayment refund, CancellationToken cancellation)
    {
        var found = await payments.FindAsync(Scope.Staff, reference, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        var payment = found.Value.Payment;
        // Sent twice, it would be refunded twice.
        if (HasChangedMeanwhile(FactsOf(found.Value)))
            return await FormAsync();
        long? amount = MinorUnitsOf(nameof(form.Amount), form.Amount, payment.Currency, "Give an amount.");
        if (amount is null || !ModelState.IsValid)
            return await RetryAsync(FormAsync);
        return await AnswerAsync(
            await refund.ExecuteAsync(new(payment.Reference, amount.Value, form.Reason ?? "", form.Target), cancellation),
            state =>
            {
                Notify($"{new Money(amount.Value, payment.Currency)}: {PaymentWords.Of(state)}.");
                return LocalRedirect($"/admin/payments/{payment.Reference}");
            }, FormAsync);

        Task<IActionResult> FormAsync() => Task.FromResult<IActionResult>(View("Refund", new RefundPage(payment, form)));
    }

    /// <summary>What became of a refund that is not the gateway's to say.</summary>
    [HttpPost("refunds/{reference}/confirm"), StepUp]
    public async Task<IActionResult> Confirm(
        string reference, bool arrived, [FromServices] ConfirmRefund confirm, CancellationToken cancellation) =>
        Answer(await confirm.ExecuteAsync(new ConfirmRefund.Request(reference, arrived), cancellation), () =>
        {
            Notify(arrived ? "The refund is done." : "The money is in the customer's wallet again.");
            return LocalRedirect("/admin/payments");
        });

    private static FormFact[] FactsOf(PaymentDetails details) =>
        [new("Refunded so far", string.Join(T[" and "], details.Refunds.Select(refund =>
            new Money(refund.Amount, details.Payment.Currency).ToString())))];
}
