using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc.Rendering;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Customers;

/// <summary>Which customers the list shows, as it stands in the address. What is no choice does not narrow.</summary>
internal sealed record CustomerChoice(
    string? Search, CustomerListState? State, long? Plan, string? Tag, string? Sort, long? Seller = null)
{
    public const string Path = "/admin/customers";

    public CustomerFilter Filter => new(State, Plan, string.IsNullOrEmpty(Tag) ? null : Tag, Column ?? CustomerSort.Email,
        Sort is ['-', ..], Seller);

    private CustomerSort? Column =>
        Enum.TryParse<CustomerSort>(Sort?.TrimStart('-'), ignoreCase: true, out var column) && Enum.IsDefined(column)
            ? column
            : null;

    public Listing Listing<TRow>(
        Page<TRow> found, IReadOnlyList<PlanSummary> plans, IReadOnlyList<string> tags,
        IReadOnlyList<KeyValuePair<long, string>> sellers) => new(
        Path, Search is { Length: > 0 } ? Search : null, found.Number, found.Size, found.Total, "Search name or email")
    {
        Filters =
        [
            ListFilter.Of("state", "State", State, "All states",
                state => T[CustomerWords.Of(state)]),
            new ListFilter("plan", "Plan", $"{Plan}", plans.Select(plan => new SelectListItem(plan.Name, $"{plan.Id}"))
                .Prepend(new SelectListItem(T["All plans"], ""))),
            .. tags.Count == 0 ? (ListFilter[])[] :
            [
                new ListFilter("tag", "Tag", Tag, tags.Select(tag => new SelectListItem(tag, tag))
                    .Prepend(new SelectListItem(T["All tags"], ""))),
            ],
            .. sellers.Count == 0 ? (ListFilter[])[] :
            [
                new ListFilter("seller", "Seller", $"{Seller}", sellers.Select(seller =>
                    new SelectListItem(seller.Value, $"{seller.Key}")).Prepend(new SelectListItem(T["All sellers"], ""))),
            ],
        ],
        Sort = Column is null ? null : Sort,
        CsvPath = $"{Path}/csv",
    };
}
