using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Payments;

/// <summary>A line of a bank statement, as its form has it.</summary>
/// <param name="Amount">As people write it: 9.99.</param>
internal sealed record TransferForm(
    long GatewayId, string? StatementKey, string? Text, decimal? Amount, string? Currency, string? Payer);

/// <param name="Banks">The accounts that it may have come to.</param>
internal sealed record TransferPage(IReadOnlyList<GatewaySummary> Banks, TransferForm Form);

/// <summary>Staff say that a transfer has come.</summary>
[Writes(Area.Money), Route("/admin/payments/transfer")]
internal sealed class TransfersController(PaymentQueries payments) : PortalController
{
    /// <param name="reference">Of a payment that waits for one; null for any transfer.</param>
    [HttpGet]
    public async Task<IActionResult> New(string? reference, CancellationToken cancellation)
    {
        var form = new TransferForm(0, null, null, null, null, null);
        if (reference is not null
            && await payments.FindAsync(Scope.Staff, reference, cancellation) is { IsSuccess: true, Value.Payment: var waiting })
        {
            var missing = new Money(waiting.Amount - waiting.Received, waiting.Currency);
            var bank = (await payments.GatewaysAsync(cancellation)).FirstOrDefault(each => each.Name == waiting.Gateway);
            form = form with
            {
                GatewayId = bank?.Id ?? 0, Text = waiting.Reference, Amount = missing.Number, Currency = missing.Currency,
            };
        }
        return await FormAsync(form, cancellation);
    }

    [HttpPost]
    public async Task<IActionResult> Confirm(
        TransferForm form, [FromServices] ConfirmTransfer confirm, CancellationToken cancellation)
    {
        if (Money.FindCurrency(form.Currency ?? "") is null)
            Refuse(nameof(form.Currency), Money.CurrencyRule);
        long? amount = MinorUnitsOf(nameof(form.Amount), form.Amount, form.Currency, "Give an amount, such as 9.99.");
        if (amount is null || !ModelState.IsValid)
            return await RetryAsync(() => FormAsync(form, cancellation));
        var request = new ConfirmTransfer.Request(form.GatewayId, form.StatementKey ?? "", form.Text ?? "", amount.Value,
            form.Currency ?? "", form.Payer ?? "");
        return await AnswerAsync(await confirm.ExecuteAsync(request, cancellation), booked =>
        {
            Notify(booked switch
            {
                { Replayed: true } => (Phrase)"No changes: this line of the statement was booked before.",
                { Reference: { } reference } => $"The transfer is booked for {reference}.",
                _ => "The transfer is booked, but its text has no reference that is known here. Place it below.",
            });
            return LocalRedirect(booked.Reference is { } paid ? $"/admin/payments/{paid}" : "/admin/payments/unallocated");
        }, () => FormAsync(form, cancellation));
    }

    private async Task<IActionResult> FormAsync(TransferForm form, CancellationToken cancellation) => View("Transfer",
        new TransferPage([.. (await payments.GatewaysAsync(cancellation)).Where(each => each.Kind == GatewayKind.Bank)], form));
}
