using AtlanticProxy.ControlPlane.Announcements;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Features.Announcements;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Announcements;

internal sealed record AnnouncementsPage(Page<AnnouncementSummary> Announcements, Listing Listing, DateTimeOffset Now);

/// <summary>An announcement as its form has it.</summary>
/// <param name="From">A day or an instant, UTC; empty for now.</param>
/// <param name="Until">Likewise; empty for no end.</param>
internal sealed record AnnouncementForm(
    string? Title, string? Words, string? Plan, string? Tag, bool OnPublicPages, string? From, string? Until);

/// <summary>What customers are told on their pages.</summary>
[Writes(Area.Customers), Route(Path)]
internal sealed class AdminAnnouncementsController(
    AnnouncementQueries announcements, PublicAnnouncements shown, TimeProvider time) : PortalController
{
    private const string Path = "/admin/announcements";

    [HttpGet]
    public async Task<IActionResult> List(string? search, CancellationToken cancellation, int page = 1)
    {
        var request = new PageRequest(page, search: search);
        var found = await announcements.ListAsync(request, cancellation);
        return View("List", new AnnouncementsPage(found,
            new Listing(Path, request.Search, found.Number, found.Size, found.Total, "Search title or text"),
            time.GetUtcNow()));
    }

    [HttpGet("new")]
    public IActionResult New() => View("Form", new AnnouncementForm(null, null, null, null, false, null, null));

    [HttpPost("new")]
    public async Task<IActionResult> Write(
        AnnouncementForm form, [FromServices] WriteAnnouncement write, CancellationToken cancellation)
    {
        var (from, until) = (InstantOf(nameof(form.From), form.From), InstantOf(nameof(form.Until), form.Until));
        if (!ModelState.IsValid)
            return await RetryAsync(Again);
        return await AnswerAsync(
            await write.ExecuteAsync(
                new(form.Title ?? "", form.Words ?? "", form.Plan, form.Tag, form.OnPublicPages, from, until), cancellation),
            _ => Back(from > time.GetUtcNow()
                ? "The announcement is written. Customers see it when it begins."
                : "The announcement is written. Customers see it now."),
            Again);

        Task<IActionResult> Again() => Task.FromResult<IActionResult>(View("Form", form));
    }

    [HttpPost("{id:long}/end")]
    public async Task<IActionResult> End(long id, [FromServices] EndAnnouncement end, CancellationToken cancellation) => Answer(
        await end.ExecuteAsync(new(id), cancellation),
        ended => Back(ended ? "The announcement has ended." : "No changes: it had ended before."));

    private LocalRedirectResult Back(Phrase words)
    {
        shown.Forget();
        Notify(words);
        return LocalRedirect(Path);
    }
}
