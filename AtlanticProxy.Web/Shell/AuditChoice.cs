using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Audit;
using Microsoft.AspNetCore.Mvc.Rendering;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Shell;

/// <summary>What of the audit log is wanted, as it stands in the address.</summary>
/// <param name="Object">A table; one that is not offered shows nothing.</param>
/// <param name="From">First day, UTC.</param>
/// <param name="To">Last day, UTC.</param>
internal record AuditChoice(string? Search, string? Object, DateOnly? From, DateOnly? To)
{
    public IReadOnlyList<ListDay> Days => [new("from", "From (UTC)", From), new("to", "Until (UTC)", To)];

    public AuditFilter FilterOf(Scope scope, long? customer) => new(scope, customer,
        Object: Object is { Length: > 0 } ? Object : null,
        From: From is { } first ? UtcDay.StartOf(first) : null, To: UtcDay.EndOf(To));

    /// <param name="tables">What can be chosen.</param>
    public ListFilter ObjectFilter(IEnumerable<string> tables) => new("object", "What", Object,
        tables.Select(table => new SelectListItem(AuditWords.Noun(table), table)).OrderBy(item => item.Text)
            .Prepend(new SelectListItem(T["Everything"], "")));
}
