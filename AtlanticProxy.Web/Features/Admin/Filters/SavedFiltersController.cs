using AtlanticProxy.ControlPlane.Filters;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Filters;

/// <summary>What one of the staff keeps of a list's filters; each has their own.</summary>
[Authorize(Policies.Staff), Route("/admin/filters")]
internal sealed class SavedFiltersController(SavedFilters filters) : PortalController
{
    [HttpPost]
    public async Task<IActionResult> Save(string? path, string? query, string? name, CancellationToken cancellation)
    {
        string list = Url.IsLocalUrl(path) ? path! : "/admin";
        string called = name?.Trim() ?? "";
        var saved = await filters.SaveAsync(User.UserId, new(list, called, query ?? ""), cancellation);
        return Back(list, query, saved.IsSuccess ? $"The filter {called} is saved." : saved.Errors[0].Words);
    }

    [HttpPost("{id:long}/remove")]
    public async Task<IActionResult> Remove(long id, CancellationToken cancellation) =>
        Answer(await filters.RemoveAsync(User.UserId, id, cancellation),
            removed => Back(removed.Path, removed.Query, $"The filter {removed.Name} is removed."));

    private LocalRedirectResult Back(string list, string? query, ControlPlane.Results.Phrase words) =>
        RedirectSaying(query is { Length: > 0 } ? $"{list}?{query}" : list, words);
}
