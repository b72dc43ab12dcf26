using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc.Rendering;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Customers;

internal sealed record CustomerListPage(Page<CustomerRow> Customers, Listing Listing);

internal sealed record NewCustomerForm(string? Email, string? Name, long? PlanId, bool Invite = false);

/// <param name="MayInvite">Whether invitations are on.</param>
internal sealed record NewCustomerPage(NewCustomerForm Form, IReadOnlyList<PlanSummary> Plans, bool MayInvite);

/// <param name="Email">Empty for the customer's own address.</param>
internal sealed record LoginForm(string? Email, string? Password);

/// <summary>Money for a wallet, as the form has it.</summary>
/// <param name="Key">Of the form that was shown: sent twice, it counts once.</param>
/// <param name="Amount">As people write it: 9.99.</param>
internal sealed record CreditForm(Guid? Key, decimal? Amount, string? Currency, string? Memo);

internal sealed record CustomerPage(
    CustomerSummary Customer,
    UsageTotal Today,
    IReadOnlyList<UsagePoint> Hours,
    Page<ProxyUserSummary> ProxyUsers,
    IReadOnlyDictionary<long, UsageTotal> TodayByProxyUser,
    IReadOnlyList<AccountSummary> Accounts,
    IReadOnlyList<PlanSummary> Plans,
    QuotaSummary? Quota,
    Wallet Wallet,
    IReadOnlyList<string> Tags,
    IReadOnlyList<CustomerNoteSummary> Notes);

/// <summary>The part of the page that puts money into the wallet.</summary>
internal sealed record CreditPart(long CustomerId, IReadOnlyList<string> Currencies);

internal static class PlanChoices
{
    /// <summary>The plans that can be assigned, and the present one even when it no longer can.</summary>
    public static IEnumerable<SelectListItem> Of(IReadOnlyList<PlanSummary> plans, long? present) =>
        plans.Where(plan => plan.Active || plan.Id == present)
            .Select(plan => new SelectListItem(plan.Name, plan.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)))
            .Prepend(new SelectListItem(T["No plan"], ""));
}
