using AtlanticProxy.ControlPlane.Finding;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Finding;

/// <param name="Word">What was typed; empty: nothing.</param>
/// <param name="Pages">Of the menu, whose name has the word.</param>
internal sealed record FindPage(string Word, IReadOnlyList<NavigationItem> Pages, IReadOnlyList<Found> Things);

/// <summary>The search over everything: what one types after Ctrl+K.</summary>
[Authorize(Policies.Staff)]
internal sealed class FindController(FindQueries find) : PortalController
{
    [HttpGet("/admin/find")]
    public async Task<IActionResult> Find(string? q, CancellationToken cancellation)
    {
        string word = (q ?? "").Trim();
        var things = await find.FindAsync(
            word, new(User.Reads(Area.Customers), User.Reads(Area.Money), User.Writes(Area.Network)), cancellation);
        IReadOnlyList<NavigationItem> pages = word.Length == 0 ? [] :
        [
            .. Navigation.For(User).SelectMany(group => group.Items)
                .Where(page => T[page.Label].Contains(word, StringComparison.OrdinalIgnoreCase)),
        ];
        return (pages, things) switch
        {
            ([], [var only]) => LocalRedirect(AddressOf(only)),
            ([var only], []) => LocalRedirect(only.Href),
            _ => View("Find", new FindPage(word, pages, things)),
        };
    }

    public static string AddressOf(Found thing) => thing.Kind switch
    {
        FoundKind.Customer => $"/admin/customers/{thing.Key}",
        FoundKind.ProxyUser => $"/admin/proxy-users/{thing.Key}",
        FoundKind.Order => $"/admin/orders/{thing.Key}",
        FoundKind.Payment => $"/admin/payments/{Uri.EscapeDataString(thing.Key)}",
        FoundKind.Invoice => $"/admin/invoices/{thing.Key}",
        FoundKind.Provider => $"/admin/providers/{thing.Key}",
    };

    /// <summary>What several of a kind are called, their icon, and the list that has all with the word; null: none has.</summary>
    public static (Phrase Title, string Icon, string? List) Of(FoundKind kind) => kind switch
    {
        FoundKind.Customer => ("Customers", "users", "/admin/customers"),
        FoundKind.ProxyUser => ("Proxy users", "key", "/admin/proxy-users"),
        FoundKind.Order => ("Orders", "shopping-cart", null),
        FoundKind.Payment => ("Payments", "credit-card", null),
        FoundKind.Invoice => ("Invoices", "file-invoice", null),
        FoundKind.Provider => ("Providers", "server-2", null),
    };
}
