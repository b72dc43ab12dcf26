using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Customers;

/// <summary>What can be done to many customers at once.</summary>
internal enum BulkAction
{
    Suspend,
    Activate,
    Tag,
}

/// <param name="Ids">Of the selected customers.</param>
/// <param name="Tag">One that is added to those that they have.</param>
/// <param name="Sure">The user confirmed it.</param>
internal sealed record BulkForm(BulkAction? Action, IReadOnlyList<long>? Ids, string? Tag, bool Sure);

/// <param name="Emails">Of some of them.</param>
internal sealed record BulkPage(IReadOnlyList<long> Ids, IReadOnlyList<string> Emails);

/// <summary>Changes the customers that are selected in the list.</summary>
[Writes(Area.Customers), Route($"{CustomerChoice.Path}/bulk")]
internal sealed class BulkController(CustomerQueries customers, SetCustomerState set, NoteCustomer note) : PortalController
{
    /// <summary>As many as a page of the list has.</summary>
    private const int MaxIds = PageRequest.MaxSize;

    [HttpPost]
    public async Task<IActionResult> Act(BulkForm form, CancellationToken cancellation)
    {
        long[] ids = [.. (form.Ids ?? []).Distinct().Take(MaxIds)];
        if (form.Action is not { } action || ids.Length == 0)
            return Back("No changes: select customers first.");
        if (action == BulkAction.Suspend && !form.Sure)
            return View("BulkSuspend", new BulkPage(ids, [.. (await customers.EmailsAsync(ids, cancellation)).Values.Order()]));
        int changed = 0;
        foreach (long id in ids)
        {
            var done = action == BulkAction.Tag
                ? await AddTagAsync(id, form.Tag ?? "", cancellation)
                : await set.ExecuteAsync(new(id, action == BulkAction.Suspend ? CustomerState.Suspended : CustomerState.Active),
                    cancellation);
            if (done is { IsSuccess: false } && action == BulkAction.Tag)
                return Back($"{Tagged(changed)} {done.Errors[0].Words}");
            changed += done.IsSuccess ? 1 : 0;
        }
        return Back(action switch
        {
            BulkAction.Suspend =>
                Phrase.Plural(changed, $"{changed} customer is suspended.", $"{changed} customers are suspended."),
            BulkAction.Activate => Phrase.Plural(changed, $"{changed} customer is active.", $"{changed} customers are active."),
            BulkAction.Tag => Tagged(changed),
        });
    }

    private async Task<Result> AddTagAsync(long id, string tag, CancellationToken cancellation) =>
        await note.TagAsync(id, string.Join(',', (await note.TagsAsync(id, cancellation)).Append(tag)), cancellation);

    private static Phrase Tagged(int changed) =>
        Phrase.Plural(changed, $"{changed} customer is tagged.", $"{changed} customers are tagged.");

    private LocalRedirectResult Back(Phrase words) => RedirectSaying(CustomerChoice.Path, words);
}
