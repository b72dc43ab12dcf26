using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Billing;

/// <summary>What pages share on which a customer pays at a gateway, and to which the customer comes back from there.</summary>
internal abstract class BillingController(PaymentQueries payments, AskPayment ask) : PortalController
{
    /// <summary>Gateways asked for one look at a page: people try one or two.</summary>
    private const int MostAsked = 3;

    protected PaymentQueries Payments => payments;

    /// <summary>
    /// To a page of ours, which leads on to the gateway's, once. Not there at once: <c>form-action 'self'</c> holds for where a
    /// form's answer redirects to, too.
    /// </summary>
    protected LocalRedirectResult GoToPay(PaymentView payment, string page)
    {
        if (Uri.TryCreate(payment.NextUrl, UriKind.Absolute, out var next) && next.Scheme is "https" or "http")
            TempData[PaymentPart.NextKey] = payment.NextUrl;
        return LocalRedirect(page);
    }

    /// <summary>Where a gateway sends the customer back to: by the name that the session's cookie is for.</summary>
    protected Uri ReturnTo(string page) => new($"{Request.Scheme}://{Request.Host}{page}?back=1");

    /// <summary>What was begun to pay for one thing. Coming back, the gateways are asked how it stands.</summary>
    /// <param name="back">How often the page has been looked at since the customer came back; 0 for not at all.</param>
    protected async Task<PaymentPart> PaymentAsync(PaymentFilter filter, string page, int back, CancellationToken cancellation)
    {
        var begun = await payments.ListAsync(User.Scope, filter with { CustomerId = User.CustomerId }, new PageRequest(),
            cancellation);
        var views = begun.Items.ToList();
        for (int i = 0; i < views.Count && i < MostAsked && back is > 0 and <= PaymentPart.MostLooks; i++)
            if (PaymentPart.IsUnderWay(views[i])
                && await ask.ExecuteAsync(new(User.Scope, views[i].Reference), cancellation) is { IsSuccess: true } now)
                views[i] = now.Value;
        return new PaymentPart(
            views.Find(view => view.State == PaymentState.Settled) ?? views.FirstOrDefault(), page, back,
            TempData[PaymentPart.NextKey] as string);
    }

    /// <summary>Where so much of a currency can be paid.</summary>
    protected async Task<IReadOnlyList<GatewaySummary>> GatewaysAsync(string currency, CancellationToken cancellation) =>
        [.. (await payments.GatewaysAsync(cancellation)).Where(each => each.Enabled && each.Currencies.Contains(currency))];
}
