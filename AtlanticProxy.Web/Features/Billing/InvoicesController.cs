using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Billing;

/// <param name="Subjects">What each is for, by its id.</param>
/// <param name="Years">That have papers, the latest first.</param>
internal sealed record InvoicesPage(
    IReadOnlyList<InvoiceSummary> Invoices, IReadOnlyDictionary<long, string> Subjects, IReadOnlyList<int> Years,
    Listing Listing);

/// <param name="Balance">Of the wallet, in the paper's currency.</param>
internal sealed record InvoicePage(
    InvoiceDocument Paper, PaymentPart Payment, IReadOnlyList<GatewaySummary> Gateways, Money Balance)
{
    public Money Due => new(Paper.Summary.Due, Paper.Summary.Currency);

    public bool WalletSuffices => Balance.MinorUnits >= Due.MinorUnits;

    /// <summary>What a gateway is asked for: the wallet pays the rest.</summary>
    public Money Missing => new(Due.MinorUnits - Math.Clamp(Balance.MinorUnits, 0, Due.MinorUnits), Due.Currency);
}

/// <summary>A customer's invoices and credit notes, to read, print, keep and pay.</summary>
[Authorize(Policies.Payers), Route("/invoices")]
internal sealed class InvoicesController(InvoiceQueries invoices, PaymentQueries payments, AskPayment ask)
    : BillingController(payments, ask)
{
    [HttpGet]
    public async Task<IActionResult> List(string? search, CancellationToken cancellation, int page = 1)
    {
        var request = new PageRequest(page, search: search);
        var found = await invoices.ListAsync(User.Scope, new(User.CustomerId), request, cancellation);
        return View("Invoices", new InvoicesPage(found.Items,
            await invoices.SubjectsAsync(User.Scope, [.. found.Items.Select(each => each.Id)], cancellation),
            await invoices.YearsAsync(User.Scope, User.CustomerId, cancellation),
            new Listing("/invoices", request.Search, found.Number, found.Size, found.Total, "Search number")));
    }

    [HttpGet("{id:long}")]
    public async Task<IActionResult> Show(
        long id, int back, [FromServices] WalletQueries wallets, CancellationToken cancellation)
    {
        if (await invoices.FindAsync(User.Scope, id, cancellation) is { IsSuccess: false } missing)
            return Answer(missing, Ok);
        var payment = await PaymentAsync(PaidFor.Invoice(id), $"/invoices/{id}", back, cancellation);
        // Read after the gateway was asked: its answer may have paid it.
        var paper = (await invoices.FindAsync(User.Scope, id, cancellation)).Value;
        var wallet = await wallets.FindAsync(User.Scope, User.CustomerId, cancellation, entries: 0);
        if (!wallet.IsSuccess)
            return Answer(wallet, Ok);
        string currency = paper.Summary.Currency;
        return View("Invoice", new InvoicePage(paper, payment,
            paper.Summary.Due > 0 ? await GatewaysAsync(currency, cancellation) : [],
            new Money(wallet.Value.Balances.Where(each => each.Currency == currency).Sum(each => each.Balance), currency)));
    }

    /// <summary>The paper alone, as it is printed.</summary>
    [HttpGet("{id:long}/print")]
    public async Task<IActionResult> Print(long id, [FromServices] InvoicePapers papers, CancellationToken cancellation) =>
        Answer(await papers.HtmlAsync(User.Scope, id, cancellation), html =>
        {
            HttpContext.AnswersWithDocument();
            return Content(html, "text/html; charset=utf-8");
        });

    [HttpGet("{id:long}/pdf")]
    public async Task<IActionResult> Pdf(long id, [FromServices] InvoicePapers papers, CancellationToken cancellation) =>
        Answer(await papers.PdfAsync(User.Scope, id, cancellation),
            paper => File(paper.Pdf, "application/pdf", paper.FileName));

    [HttpPost("{id:long}/pay")]
    public async Task<IActionResult> Pay(
        long id, long gatewayId, bool keepMethod, [FromServices] StartPayment start, [FromServices] WalletQueries wallets,
        CancellationToken cancellation)
    {
        if (await invoices.FindAsync(User.Scope, id, cancellation) is { IsSuccess: false } missing)
            return Answer(missing, Ok);
        var started = await start.ExecuteAsync(new(User.Scope, User.CustomerId, gatewayId, ReturnTo($"/invoices/{id}"),
            InvoiceId: id, KeepMethod: keepMethod), cancellation);
        return await AnswerAsync(started, payment => GoToPay(payment, $"/invoices/{id}"),
            () => Show(id, 0, wallets, cancellation));
    }

    [HttpPost("{id:long}/pay-from-wallet")]
    public async Task<IActionResult> PayFromWallet(
        long id, [FromServices] PayFromWallet pay, [FromServices] WalletQueries wallets, CancellationToken cancellation) =>
        await AnswerAsync(await pay.ExecuteAsync(new(User.Scope, id), cancellation), () =>
        {
            Notify("The wallet has paid the invoice.");
            return LocalRedirect($"/invoices/{id}");
        }, () => Show(id, 0, wallets, cancellation));

    protected override string FieldOf(string field) => ""; // said at the top of the page
}
