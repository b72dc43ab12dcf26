using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Payments;

/// <param name="Emails">Of the customers, by id.</param>
internal sealed record PaymentsPage(
    Page<PaymentView> Payments, IReadOnlyDictionary<long, string> Emails, Listing Listing);

internal sealed record PaymentPage(PaymentDetails Details, string Email);

/// <summary>Whether money came, and how far a payment is.</summary>
[Reads(Area.Money), Route("/admin/payments")]
internal sealed class PaymentsController(PaymentQueries payments, CustomerQueries customers) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(
        string? search, PaymentState? state, long? gateway, CancellationToken cancellation, int page = 1)
    {
        var request = new PageRequest(page, search: search);
        var found = await payments.ListAsync(Scope.Staff, new PaymentFilter(State: state, GatewayId: gateway), request,
            cancellation);
        var gateways = (await payments.GatewaysAsync(cancellation)).Select(each =>
            new SelectListItem(each.Name, each.Id.ToString(CultureInfo.InvariantCulture)));
        return View("List", new PaymentsPage(
            found, await customers.EmailsAsync(found.Items.Select(payment => payment.CustomerId), cancellation),
            new Listing("/admin/payments", request.Search, found.Number, found.Size, found.Total, "Search reference or email")
            {
                Filters =
                [
                    ListFilter.Of("state", "State", state, "All states", each => T[PaymentWords.Of(each)]),
                    new("gateway", "Gateway", gateway?.ToString(CultureInfo.InvariantCulture),
                        gateways.Prepend(new SelectListItem(T["All gateways"], ""))),
                ],
            }));
    }

    [HttpGet("{reference}")]
    public async Task<IActionResult> Show(string reference, CancellationToken cancellation)
    {
        var found = await payments.FindAsync(Scope.Staff, reference, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        long customer = found.Value.Payment.CustomerId;
        return View("Details", new PaymentPage(found.Value, (await customers.EmailsAsync([customer], cancellation))[customer]));
    }

    /// <summary>Where the gateway's books and ours differ.</summary>
    [HttpGet("differences")]
    public async Task<IActionResult> Differences(CancellationToken cancellation) =>
        View("Differences", await payments.DifferencesAsync(cancellation));

    [HttpPost("{reference}/ask"), Writes(Area.Bookkeeping)]
    public async Task<IActionResult> Ask(string reference, [FromServices] AskPayment ask, CancellationToken cancellation) =>
        Answer(await ask.ExecuteAsync(new AskPayment.Request(Scope.Staff, reference), cancellation), payment =>
        {
            Notify($"{payment.Gateway} was asked. The payment is: {PaymentWords.Of(payment.State)}.");
            return LocalRedirect($"/admin/payments/{payment.Reference}");
        });
}
